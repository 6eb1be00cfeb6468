package dev.reconciler.desired;

import dev.reconciler.api.Agent;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.Manifest;
import dev.reconciler.api.Names;
import dev.reconciler.api.SpecHash;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/// One document to an agent, or to all that is wrong with it.
final class DocumentReader {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final String file;
    private final Segment segment;
    private final Models models;
    private final Findings findings;

    /// @param models those that may be asked for
    DocumentReader(String file, Segment segment, Models models) {
        this.models = models;
        this.file = file;
        this.segment = segment;
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
            return findings.isEmpty() ? null : bad(null, null);
        }
        if (root instanceof ScalarNode && Tag.NULL.equals(root.getTag()) && findings.isEmpty()) {
            return null;
        }
        return walk(root);
    }

    private ParsedFile.Document walk(Node root) {
        var start = root.getStartMark().map(findings::position).orElseGet(findings::start);
        var walked = new Findings(file, segment.line());
        walked.place("", start);
        var written = new Walker(walked).walk(root, Shape.MANIFEST, "", start);
        var manifest = Defaults.fill(written == null ? JsonNodeFactory.instance.objectNode() : written, Shape.MANIFEST);
        Rules.check(manifest, walked, models);
        // The fields of something else are not ours to judge.
        if (isOurs(root)) {
            findings.addAll(walked);
        }
        var name = name(manifest);
        var at = walked.of("metadata.name");
        var named = new ParsedFile.Place(file, at.line(), at.column());
        return written == null || name == null || !findings.isEmpty()
                ? bad(name, named)
                : new ParsedFile.Good(agent(name, written, manifest, new Agent.Origin(file, start.line())), named);
    }

    private ParsedFile.Bad bad(@Nullable AgentName name, ParsedFile.@Nullable Place named) {
        return new ParsedFile.Bad(name, name == null ? null : named, errors().getFirst());
    }

    private boolean isOurs(Node root) {
        return is(root, "apiVersion", Manifest.API_VERSION) & is(root, "kind", Manifest.KIND);
    }

    /// True also when it is missing or no text: the walk says so.
    private boolean is(Node root, String key, String supported) {
        if (!(root instanceof MappingNode map)) {
            return true;
        }
        for (var tuple : map.getValue()) {
            if (tuple.getKeyNode() instanceof ScalarNode name
                    && name.getValue().equals(key)
                    && tuple.getValueNode() instanceof ScalarNode value
                    && Tag.STR.equals(value.getTag())
                    && !value.getValue().equals(supported)) {
                var at = value.getStartMark().map(findings::position).orElseGet(findings::start);
                findings.add(at, key, Wording.unsupported(value.getValue(), List.of(supported)));
                return false;
            }
        }
        return true;
    }

    private static @Nullable AgentName name(JsonNode manifest) {
        var name = manifest.path("metadata").path("name");
        var namespace = manifest.path("metadata").path("namespace");
        return name.isString()
                && namespace.isString()
                && Names.isLabel(name.stringValue())
                && Names.isLabel(namespace.stringValue())
                        ? new AgentName(namespace.stringValue(), name.stringValue())
                        : null;
    }

    private static Agent agent(AgentName name, JsonNode written, JsonNode manifest, Agent.Origin origin) {
        var bound = MAPPER.treeToValue(manifest, Manifest.class);
        var spec = written.path("spec");
        return new Agent(
                name,
                bound.metadata().labels(),
                bound.metadata().annotations(),
                bound.spec(),
                new SpecHash(SpecHash.CURRENT, Fingerprint.of(runFields(spec).toString())),
                Fingerprint.of(spec.toString()),
                written.toString(),
                origin);
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
