package dev.reconciler.desired;

import dev.reconciler.api.Agent;
import dev.reconciler.api.DefaultsManifest;
import dev.reconciler.api.Manifest;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The bytes of one file to agents: every error of every document at once, good documents beside bad ones kept. Never
/// throws because of what a file holds.
public final class Reader {
    /// A manifest is written by a person: what is larger is something else.
    public static final int MAX_BYTES = 1 << 20;

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Reader() {}

    /// The same, with any model allowed.
    public static ParsedFile read(String file, byte[] bytes) {
        return read(file, bytes, Models.ANY);
    }

    /// The same, without Defaults.
    public static ParsedFile read(String file, byte[] bytes, Models models) {
        return read(file, bytes, models, _ -> FolderDefaults.NONE);
    }

    /// @param file as the user knows it
    /// @param models those that may be asked for
    /// @param giver what its agents are given
    public static ParsedFile read(String file, byte[] bytes, Models models, FolderDefaults.Giver giver) {
        if (bytes.length > MAX_BYTES) {
            return ParsedFile.unreadable(
                    FieldError.ofFile(file, Wording.tooLong(MAX_BYTES) + ": a manifest is written by a person"));
        }
        try {
            return parse(file, readable(file, decode(bytes)), models, giver, false);
        } catch (CharacterCodingException e) {
            return ParsedFile.unreadable(FieldError.ofFile(file, "not valid UTF-8: save the file as UTF-8"));
        }
    }

    /// Only the Defaults of a file, and what is wrong with them.
    static ParsedFile defaults(String file, byte[] bytes, Models models) {
        try {
            return parse(file, readable(file, decode(bytes)), models, _ -> FolderDefaults.NONE, true);
        } catch (CharacterCodingException e) {
            return new ParsedFile(List.of(), List.of());
        }
    }

    /// Whether a file may hold Defaults, as anybody would write them: a hint to read it first.
    static boolean mentionsDefaults(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1).contains(DefaultsManifest.KIND);
    }

    private static ParsedFile parse(
            String file, String text, Models models, FolderDefaults.Giver giver, boolean onlyDefaults) {
        var documents = new ArrayList<ParsedFile.Document>();
        var errors = new ArrayList<FieldError>();
        for (var segment : Segment.of(text)) {
            var reader = new DocumentReader(file, segment, models, giver);
            var document = reader.read();
            boolean agent = document == null || document instanceof ParsedFile.Good
                    || document instanceof ParsedFile.Bad;
            if (onlyDefaults && agent) {
                continue;
            }
            if (document != null) {
                documents.add(document);
            }
            errors.addAll(reader.errors());
        }
        return new ParsedFile(List.copyOf(documents), errors.stream().sorted().toList());
    }

    /// An agent from its remembered [Agent#document]; null when this version of the program no longer understands it.
    public static @Nullable Agent restore(String document) {
        var given = document.startsWith("{\"" + Agent.GIVEN + "\":") ? MAPPER.readTree(document) : null;
        if (!(given instanceof ObjectNode object)) {
            var agent = restore(document, FolderDefaults.NONE);
            return agent == null || !document.startsWith("{") ? agent : with(agent, document, document);
        }
        var defaults = MAPPER.createObjectNode();
        defaults.put("apiVersion", Manifest.API_VERSION).put("kind", DefaultsManifest.KIND);
        defaults.setAll((ObjectNode) object.remove(Agent.GIVEN));
        var parsed = parse(
                Agent.Origin.REMEMBERED.file(), ascii(defaults.toString()), Models.ANY, _ -> FolderDefaults.NONE, true);
        var agent = parsed.errors().isEmpty() ? restore(object.toString(), remembered(parsed)) : null;
        return agent == null ? null : with(agent, document, object.toString());
    }

    private static FolderDefaults remembered(ParsedFile parsed) {
        var files = new TreeMap<String, List<ParsedFile.Document>>();
        files.put(Agent.Origin.REMEMBERED.file(), parsed.documents());
        var given = Folders.of(files, Collections.emptySortedMap(), Folders::parent)
                .of(Agent.Origin.REMEMBERED.file());
        var values = new TreeMap<String, Agent.Filled>();
        given.values()
                .forEach((path, value) -> values.put(path, new Agent.Filled(value.value(), Agent.Origin.REMEMBERED)));
        return new FolderDefaults(given.tree(), values, null);
    }

    private static @Nullable Agent restore(String own, FolderDefaults given) {
        var parsed = parse(Agent.Origin.REMEMBERED.file(), ascii(own), Models.ANY, _ -> given, false);
        return parsed.documents().size() == 1 && parsed.documents().getFirst() instanceof ParsedFile.Good good
                ? with(good.agent(), good.agent().document(), good.agent().own())
                : null;
    }

    /// JSON may hold characters as they are that YAML wants escaped; outside of strings JSON is ASCII.
    private static String ascii(String json) {
        var out = new StringBuilder(json.length());
        json.chars().forEach(c -> {
            if (c < 0x7F) {
                out.append((char) c);
            } else {
                out.append(String.format("\\u%04x", c));
            }
        });
        return out.toString();
    }

    /// Remembered as it was, with the nulls that stood for something then.
    private static Agent with(Agent agent, String document, String own) {
        return new Agent(
                agent.name(),
                agent.labels(),
                agent.annotations(),
                agent.spec(),
                agent.runHash(),
                agent.specDigest(),
                document,
                Agent.Origin.REMEMBERED,
                own,
                agent.filled());
    }

    /// JSON may be indented with tabs, YAML may not: outside of strings they become spaces. Places stay as they are.
    static String readable(String file, String text) {
        if (!file.endsWith(".json")) {
            return text;
        }
        var out = new StringBuilder(text);
        boolean quoted = false;
        for (int i = 0; i < out.length(); i++) {
            switch (out.charAt(i)) {
                case '"' -> quoted = !quoted;
                case '\\' -> i += quoted ? 1 : 0;
                case '\t' -> out.setCharAt(i, quoted ? '\t' : ' ');
                default -> {}
            }
        }
        return out.toString();
    }

    /// Without a byte order mark.
    static String decode(byte[] bytes) throws CharacterCodingException {
        var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }
}
