package dev.reconciler.status;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.Desire;
import dev.reconciler.api.Exit;
import dev.reconciler.api.Preflight;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.RunId;
import dev.reconciler.api.ServerState;
import dev.reconciler.api.Session;
import dev.reconciler.api.SpecHash;
import dev.reconciler.api.Vitals;
import java.util.List;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.NamedType;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

/// The records of `api` as the JSON of the state directory and of recordings.
///
/// Versions of the reconciler read each other's files: an unknown field is skipped; an unknown enum constant, or a
/// missing field, is filled or dropped by [Gaps]. So a component added later must be `@Nullable`, a primitive, a
/// string, a list or a map: everything else would make older files lose what it stands in.
public final class StateJson {
    /// Which case of a sealed type it is stands in its field `is`. An [Exit] is text, as it always was.
    private static final List<Class<?>> SEALED = List.of(
            Desire.class, Session.class, ServerState.class, Preflight.class, Vitals.DoneFile.class);

    private static final JsonMapper MAPPER = cases(JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(EnumFeature.READ_UNKNOWN_ENUM_VALUES_AS_NULL)
            .changeDefaultPropertyInclusion(
                    v -> v.withValueInclusion(JsonInclude.Include.NON_NULL))
            .addModule(
                    new SimpleModule()
                            .addSerializer(AgentName.class, new AsText<>(AgentName.class, AgentName::toString))
                            .addDeserializer(AgentName.class, new FromText<>(AgentName.class, StateJson::name))
                            .addSerializer(RunId.class, new AsText<>(RunId.class, RunId::toString))
                            .addDeserializer(RunId.class, new FromText<>(RunId.class, RunId::parse))
                            .addSerializer(ProcessRef.class, new AsText<>(ProcessRef.class, ProcessRef::toString))
                            .addDeserializer(ProcessRef.class, new FromText<>(ProcessRef.class, StateJson::process))
                            .addSerializer(SpecHash.class, new AsText<>(SpecHash.class, SpecHash::toString))
                            .addDeserializer(SpecHash.class, new FromText<>(SpecHash.class, SpecHash::parse))
                            .addSerializer(Exit.class, new AsText<>(Exit.class, StateJson::text))
                            .addDeserializer(Exit.class, new FromText<>(Exit.class, StateJson::exit))))
            .build();

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
    private interface Case {}

    private StateJson() {}

    private static JsonMapper.Builder cases(JsonMapper.Builder builder) {
        for (var type : SEALED) {
            builder.addMixIn(type, Case.class);
            for (var subtype : type.getPermittedSubclasses()) {
                builder.registerSubtypes(new NamedType(subtype, subtype.getSimpleName()));
            }
        }
        return builder;
    }

    public static byte[] write(Object record) {
        return MAPPER.writeValueAsBytes(record);
    }

    /// @param problems what had to be dropped is added, a sentence each
    /// @throws JacksonException when `json` is no such record, or what it can't do without is missing
    public static <T extends Record> T read(byte[] json, Class<T> type, List<String> problems) {
        T record = MAPPER.readValue(json, type);
        if (record == null) {
            throw DatabindException.from((JsonParser) null, "it says null");
        }
        return type.cast(Gaps.closed(record, problems));
    }

    private static AgentName name(String text) {
        int slash = text.indexOf('/');
        return new AgentName(text.substring(0, Math.max(0, slash)), text.substring(slash + 1));
    }

    private static ProcessRef process(String text) {
        int at = text.indexOf('@');
        return new ProcessRef(Long.parseLong(text.substring(0, Math.max(0, at))),
                Long.parseLong(text.substring(at + 1)));
    }

    private static String text(Exit exit) {
        return switch (exit) {
            case Exit.Code(int code) -> "code " + code;
            case Exit.Signal(int number) -> "signal " + number;
            case Exit.OutOfMemory() -> "out of memory";
            case Exit.Unseen() -> "unseen";
        };
    }

    /// A way to end that this version does not know counts as unseen.
    private static Exit exit(String text) {
        if (text.startsWith("code ")) {
            return new Exit.Code(Integer.parseInt(text.substring("code ".length())));
        }
        if (text.startsWith("signal ")) {
            return new Exit.Signal(Integer.parseInt(text.substring("signal ".length())));
        }
        return text.equals("out of memory") ? new Exit.OutOfMemory() : new Exit.Unseen();
    }

    private static final class AsText<T> extends StdSerializer<T> {
        private final Function<T, String> text;

        AsText(Class<T> type, Function<T, String> text) {
            super(type);
            this.text = text;
        }

        @Override
        public void serialize(T value, JsonGenerator json, SerializationContext context) {
            json.writeString(text.apply(value));
        }
    }

    private static final class FromText<T> extends StdDeserializer<T> {
        private final Function<String, T> parse;

        FromText(Class<T> type, Function<String, T> parse) {
            super(type);
            this.parse = parse;
        }

        @Override
        public T deserialize(JsonParser json, DeserializationContext context) {
            var text = json.getValueAsString("");
            try {
                return parse.apply(text);
            } catch (IllegalArgumentException e) {
                return context.reportInputMismatch(this, "not a %s: %s", handledType().getSimpleName(), text);
            }
        }
    }
}
