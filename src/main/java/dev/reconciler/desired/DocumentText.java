package dev.reconciler.desired;

import dev.reconciler.api.AgentName;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.nodes.CollectionNode;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// Where one document stands in its file's text; chars, from the file's beginning.
///
/// @param name null when it cannot be told
/// @param content what the document says, or its text when it is wrong: equal for equal documents wherever they stand
/// @param marker where its `---` begins; [#from] without one
/// @param from where its first line begins, the comment lines directly above included
/// @param to the end of its last line; comments below stay outside
/// @param end after the `...` that ends it; [#to] without one
record DocumentText(@Nullable AgentName name, String content, int marker, int from, int to, int end) {
    /// All documents of a text that are not empty, in order.
    static List<DocumentText> of(String file, String text) {
        var documents = new ArrayList<DocumentText>();
        for (var segment : Segment.of(text)) {
            var document = new DocumentReader(file, segment, Models.ANY, _ -> FolderDefaults.NONE).read();
            if (document != null) {
                documents.add(of(segment, document));
            }
        }
        return documents;
    }

    private static DocumentText of(Segment segment, ParsedFile.Document document) {
        var root = Yaml.compose(segment.text(), new Findings("", 0));
        var text = segment.text();
        int from = first(segment, root == null ? segment.body() : start(text, root));
        int to = last(text, root == null ? segment.body() : end(text, root));
        int end = to;
        for (int at = to; at < text.length();) {
            int next = Segment.nextLine(text, at);
            if (Segment.isMark(text, at, '.')) {
                end = next;
            } else if (!Segment.isVoid(text, at, next)) {
                to = next; // an alias: its node stands elsewhere
                end = next;
            }
            at = next;
        }
        return new DocumentText(
                switch (document) {
                    case ParsedFile.Good(var agent, _) -> agent.name();
                    case ParsedFile.Bad(var name, _, _) -> name;
                    case ParsedFile.GoodDefaults _,ParsedFile.BadDefaults _ -> null;
                },
                switch (document) {
                    case ParsedFile.Good(var agent, _) -> agent.document();
                    case ParsedFile.GoodDefaults(var content) -> content.tree().toString();
                    case ParsedFile.Bad _,ParsedFile.BadDefaults _ -> text.substring(from, to).strip();
                },
                segment.start() + (segment.marker() < 0 ? from : segment.marker()),
                segment.start() + from,
                segment.start() + to,
                segment.start() + end);
    }

    /// The beginning of the line, or of the comment lines directly above it, but not of the marker's line.
    private static int first(Segment segment, int at) {
        var text = segment.text();
        int first = Math.max(Segment.lineStart(text, at), segment.body());
        while (first > segment.body()) {
            int above = Segment.lineStart(text, first - 1);
            above = text.startsWith("\r\n", first - 2) ? Segment.lineStart(text, first - 2) : above;
            if (above < segment.body() || !text.substring(above, first).stripLeading().startsWith("#")) {
                break;
            }
            first = above;
        }
        return first;
    }

    /// The end of the line; a block of text ends with its last line already.
    private static int last(String text, int at) {
        return at > 0 && Segment.lineStart(text, at) == at ? at : Segment.nextLine(text, at);
    }

    private static boolean isBlock(CollectionNode<?> node) {
        return node.getFlowStyle() != FlowStyle.FLOW && !node.getValue().isEmpty();
    }

    private static int start(String text, Node node) {
        return node.getStartMark()
                .map(mark -> text.offsetByCodePoints(0, mark.getIndex()))
                .orElse(0);
    }

    /// The end of the last thing written: a block mapping's own mark lies behind the comments that follow it.
    private static int end(String text, Node node) {
        return switch (node) {
            case MappingNode map when isBlock(map) ->
                    map.getValue()
                            .stream()
                            .mapToInt(tuple -> Math.max(end(text, tuple.getKeyNode()), end(text, tuple.getValueNode())))
                            .max()
                            .orElseThrow();
            case SequenceNode list when isBlock(list) ->
                    list.getValue()
                            .stream()
                            .mapToInt(item -> end(text, item))
                            .max()
                            .orElseThrow();
            default ->
                    node.getEndMark()
                            .map(mark -> text.offsetByCodePoints(0, mark.getIndex()))
                            .orElse(text.length());
        };
    }
}
