package dev.reconciler.desired;

import com.google.common.collect.ImmutableSortedMap;
import dev.reconciler.api.Agent;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.DefaultsManifest;
import dev.reconciler.api.Manifest;
import dev.reconciler.api.Names;
import dev.reconciler.api.SpecHash;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// One document to an agent or to Defaults, or to all that is wrong with it.
final class DocumentReader {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    /// A document that cannot be read, and yet says what it is: keys of a mapping of its own stand at the margin.
    private static final Pattern DEFAULTS = Pattern.compile(
            "(?m)^[\"']?kind[\"']?[ \\t]*:[ \\t]*[\"']?Defaults\\b|\"kind\"\\s*:\\s*\"Defaults\"");

    private final String file;
    private final Segment segment;
    private final Models models;
    private final FolderDefaults.Giver giver;
    private final Findings findings;

    /// @param models those that may be asked for
    /// @param giver what an agent is given
    DocumentReader(String file, Segment segment, Models models, FolderDefaults.Giver giver) {
        this.models = models;
        this.file = file;
        this.segment = segment;
        this.giver = giver;
        this.findings = new Findings(file, segment.line());
    }

    /// Sorted; complete after [#read].
    List<FieldError> errors() {
        return findings.errors();
    }

    /// Null when there is no document.
    ParsedFile.@Nullable Document read() {
        if (segment.isBlank()) {
            return null;
        }
        var root = Yaml.compose(segment.text(), findings);
        if (root == null) {
            return findings.isEmpty() ? null
                    : DEFAULTS.matcher(segment.text()).find() ? new ParsedFile.BadDefaults(errors().getFirst())
                    : bad(null, null);
        }
        if (root instanceof ScalarNode && Tag.NULL.equals(root.getTag()) && findings.isEmpty()) {
            return null;
        }
        var start = root.getStartMark().map(findings::position).orElseGet(findings::start);
        var walked = new Findings(file, segment.line());
        walked.place("", start);
        // The fields of something else are not ours to judge.
        boolean ours = isOurs(root);
        var kind = value(root, "kind");
        return kind != null && kind.getValue().equals(DefaultsManifest.KIND)
                ? defaults(root, walked, start, ours)
                : agent(root, walked, start, ours);
    }

    private ParsedFile.Document defaults(Node root, Findings walked, Position start, boolean ours) {
        var written = new Walker(walked).walk(root, Shape.DEFAULTS, "", start);
        for (var word : List.of("name", "namespace")) {
            walked.reword("metadata." + word,
                    Wording.forbidden("a Defaults has no " + word + ": it counts for the folder it lies in, and those"
                            + " below"));
        }
        if (written instanceof ObjectNode object) {
            Rules.checkPart(Merge.strip(object), walked, models);
        }
        if (ours) {
            findings.addAll(walked);
        }
        return written instanceof ObjectNode object && findings.isEmpty()
                ? new ParsedFile.GoodDefaults(
                        DefaultsDocument.of(object.remove(List.of("apiVersion", "kind")), file, walked, start))
                : new ParsedFile.BadDefaults(errors().getFirst());
    }

    private ParsedFile.Document agent(Node root, Findings walked, Position start, boolean ours) {
        var own = new Walker(walked).walk(root, Shape.MANIFEST, "", start) instanceof ObjectNode object ? object : null;
        var alone = own == null ? JsonNodeFactory.instance.objectNode() : own;
        var name = name(alone);
        var given = giver.to(name);
        var merged = Merge.of(alone, given.tree());
        var taken = Merge.paths(given.values(), merged);
        var written = Merge.strip(merged.tree());
        if (!taken.isEmpty()) {
            Merge.leaves(written, (path, at, value) -> {
                var from = taken.contains(path) ? given.values().get(path) : null;
                if (from != null) {
                    give(walked, at, value, from.from());
                }
            });
        }
        var manifest = Defaults.fill(written, Shape.MANIFEST);
        if (given.broken() != null) {
            Rules.checkPart(manifest, walked, models);
        } else {
            if (written.get("spec") instanceof ObjectNode spec) {
                Merge.checkRequired(spec, Shape.SPEC, "spec", walked);
            }
            Rules.check(manifest, walked, models);
        }
        if (ours) {
            findings.addAll(walked);
        }
        var at = walked.of("metadata.name");
        var named = new ParsedFile.Place(file, at.line(), at.column());
        if (own == null || name == null || !findings.isEmpty()) {
            return bad(name, named);
        }
        if (given.broken() != null) {
            return new ParsedFile.Bad(name, named, given.broken());
        }
        return new ParsedFile.Good(
                new Bound(Merge.own(own, merged), written, manifest, given, taken).agent(name,
                        new Agent.Origin(file, start.line())),
                named);
    }

    /// The elements of a list are written or not as its fields are.
    private static void give(Findings walked, String at, JsonNode value, Agent.Origin from) {
        walked.give(at, from);
        if (value instanceof ObjectNode object) {
            object.forEachEntry((name, field) -> give(walked, at + "." + name, field, from));
        }
    }

    private ParsedFile.Bad bad(@Nullable AgentName name, ParsedFile.@Nullable Place named) {
        return new ParsedFile.Bad(name, name == null ? null : named, errors().getFirst());
    }

    private boolean isOurs(Node root) {
        return is(root, "apiVersion", List.of(Manifest.API_VERSION))
                & is(root, "kind", List.of(Manifest.KIND, DefaultsManifest.KIND));
    }

    /// True also when it is missing or no text: the walk says so.
    private boolean is(Node root, String key, List<String> supported) {
        var value = value(root, key);
        if (value == null || supported.contains(value.getValue())) {
            return true;
        }
        var at = value.getStartMark().map(findings::position).orElseGet(findings::start);
        findings.add(at, key, Wording.unsupported(value.getValue(), supported));
        return false;
    }

    /// The text of a key; null when it is missing or no text.
    private static @Nullable ScalarNode value(Node root, String key) {
        if (root instanceof MappingNode map) {
            for (var tuple : map.getValue()) {
                if (tuple.getKeyNode() instanceof ScalarNode name
                        && name.getValue().equals(key)
                        && tuple.getValueNode() instanceof ScalarNode value
                        && Tag.STR.equals(value.getTag())) {
                    return value;
                }
            }
        }
        return null;
    }

    private static @Nullable AgentName name(ObjectNode written) {
        var metadata = written.path("metadata");
        var name = metadata.path("name");
        var namespace = metadata.path("namespace").asString(AgentName.DEFAULT_NAMESPACE);
        return name.isString() && Names.isLabel(name.stringValue()) && Names.isLabel(namespace)
                ? new AgentName(namespace, name.stringValue())
                : null;
    }

    /// A good document, with what Defaults give.
    ///
    /// @param own as written
    /// @param written the same with what is given
    /// @param manifest the same, completed
    /// @param taken paths of what is given
    private record Bound(
            ObjectNode own, ObjectNode written, JsonNode manifest, FolderDefaults given, Set<String> taken) {
        Agent agent(AgentName name, Agent.Origin origin) {
            var bound = MAPPER.treeToValue(manifest, Manifest.class);
            var spec = written.path("spec");
            var text = own.toString();
            return new Agent(
                    name,
                    bound.metadata().labels(),
                    bound.metadata().annotations(),
                    bound.spec(),
                    new SpecHash(SpecHash.CURRENT, Fingerprint.of(runFields(spec).toString())),
                    Fingerprint.of(spec.toString()),
                    taken.isEmpty() ? text : document(),
                    origin,
                    text,
                    filled());
        }

        private String document() {
            var document = JsonNodeFactory.instance.objectNode();
            document.set(Agent.GIVEN, Merge.only(given.tree(), taken::contains));
            return document.setAll(own).toString();
        }

        private SortedMap<String, Agent.Filled> filled() {
            var filled = ImmutableSortedMap.<String, Agent.Filled>naturalOrder();
            given.values().forEach((path, value) -> {
                if (taken.contains(path)) {
                    filled.put(path, value);
                }
            });
            return filled.build();
        }
    }

    /// What needs a new run when it changes, as written.
    private static JsonNode runFields(JsonNode spec) {
        var fields = JsonNodeFactory.instance.objectNode();
        for (var field : Shape.SPEC.fields().values()) {
            var value = spec.get(field.name());
            if (field.doc().run() && value != null) {
                fields.set(field.name(), value);
            }
        }
        return fields;
    }
}
