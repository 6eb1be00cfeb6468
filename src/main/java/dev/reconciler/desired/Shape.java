package dev.reconciler.desired;

import com.google.common.collect.ImmutableSortedMap;
import dev.reconciler.api.DefaultsManifest;
import dev.reconciler.api.Doc;
import dev.reconciler.api.Manifest;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;

/// What a value may look like, read once from the record types and their [Doc]: the one model behind reading,
/// defaults and `explain`.
sealed interface Shape {
    Fields MANIFEST = fields(Manifest.class);
    Fields DEFAULTS = fields(DefaultsManifest.class);
    Fields SPEC = (Fields) Objects.requireNonNull(MANIFEST.fields().get("spec")).shape();

    /// @param secret its value is not shown in messages
    record Text(boolean secret) implements Shape {}

    record Truth() implements Shape {}

    record Whole(long min, long max) implements Shape {}

    /// A number of bytes, as a quantity.
    record Bytes(long min, long max) implements Shape {}

    /// Processor cores, as a quantity; thousandths inside.
    record Cores(long min, long max) implements Shape {}

    /// @param values sorted
    record Choice(List<String> values) implements Shape {}

    record Items(Shape item) implements Shape {}

    /// A mapping of strings to strings.
    record Texts() implements Shape {}

    /// @param doc of the type
    record Fields(String doc, SortedMap<String, Field> fields) implements Shape {}

    record Field(String name, Doc doc, Shape shape) {}

    /// The name of the type in Kubernetes' messages and in `explain`.
    default String type() {
        return switch (this) {
            case Text _,Choice _,Bytes _,Cores _ -> "string";
            case Truth _ -> "boolean";
            case Whole _ -> "integer";
            case Items(Shape item) -> "[]" + item.type();
            case Texts _ -> "map[string]string";
            case Fields _ -> "Object";
        };
    }

    private static Fields fields(Class<?> type) {
        var fields = ImmutableSortedMap.<String, Field>naturalOrder();
        for (var component : type.getRecordComponents()) {
            var doc = doc(component, component.getName());
            fields.put(component.getName(), new Field(component.getName(), doc, of(component.getGenericType(), doc)));
        }
        return new Fields(doc(type, type.getSimpleName()).value(), fields.build());
    }

    private static Doc doc(AnnotatedElement element, String name) {
        var doc = element.getAnnotation(Doc.class);
        if (doc == null) {
            throw new IllegalStateException(name + " has no @Doc");
        }
        return doc;
    }

    private static Shape of(Type type, Doc doc) {
        if (type instanceof ParameterizedType generic) {
            return generic.getRawType() == List.class
                    ? new Items(of(generic.getActualTypeArguments()[0], doc))
                    : texts(generic);
        }
        return switch (type) {
            case Class<?> c when c == String.class -> new Text(doc.secret());
            case Class<?> c when c == boolean.class || c == Boolean.class -> new Truth();
            case Class<?> c when doc.quantity() && (c == long.class || c == Long.class) ->
                    new Bytes(doc.min(), doc.max());
            case Class<?> c when doc.cores() -> new Cores(doc.min(), doc.max());
            case Class<?> c when c == int.class || c == Integer.class || c == long.class || c == Long.class ->
                    new Whole(doc.min(), doc.max());
            case Class<?> c when c.isEnum() ->
                    new Choice(Arrays.stream(c.getEnumConstants())
                            .map(Object::toString)
                            .sorted()
                            .toList());
            case Class<?> c when c.isRecord() -> fields(c);
            default -> throw new IllegalStateException("no shape for " + type);
        };
    }

    private static Texts texts(ParameterizedType generic) {
        if (!Map.class.isAssignableFrom((Class<?>) generic.getRawType())) {
            throw new IllegalStateException("no shape for " + generic);
        }
        return new Texts();
    }
}
