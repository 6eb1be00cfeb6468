package dev.reconciler.desired;

import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ParserException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.parser.Parser;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/// One document's text to nodes, within limits that no manifest needs more than: YAML 1.2's core schema (`yes`, `no`,
/// `on` are strings), no tags, at most 100 aliases, at most 50 levels.
final class Yaml {
    private static final int MAX_ALIASES = 100;
    private static final int MAX_DEPTH = 50;
    private static final CoreSchema SCHEMA = new CoreSchema();

    private Yaml() {}

    /// Null when there is no document, or when it is so broken that there are no nodes: then `findings` has the error.
    static @Nullable Node compose(String text, Findings findings) {
        var settings = settings(text.length());
        try {
            var reader = new StreamReader(settings, text);
            var composer = new Composer(settings, new Limited(new ParserImpl(settings, reader), findings));
            if (!composer.hasNext()) {
                return null;
            }
            var root = composer.next();
            // Reads on to the end: what follows must not be lost silently.
            if (composer.hasNext()) {
                findings.add("", "not valid YAML: a second document without '---' before it");
            }
            return root;
        } catch (ReaderException e) {
            findings.add(
                    position(text, e.getPosition(), findings),
                    "",
                    String.format("not valid YAML: the character U+%04X is not allowed", e.getCodePoint()));
        } catch (MarkedYamlEngineException e) {
            var at = e.getProblemMark().or(e::getContextMark).map(findings::position);
            findings.add(at.orElseGet(findings::start), "", "not valid YAML: " + problem(e, findings));
        } catch (RuntimeException e) {
            // The engine lets some mistakes of a text through as plain exceptions, without a place; and a mistake of
            // its own must not end a round either.
            findings.add(findings.start(), "", "not valid YAML: " + Wording.brief(String.valueOf(e.getMessage())));
        }
        return null;
    }

    /// With a buffer that holds all of the text: snakeyaml-engine 3.0.1 throws when a character beyond U+FFFF lies
    /// across the end of a smaller one.
    private static LoadSettings settings(int chars) {
        return LoadSettings.builder()
                .setSchema(SCHEMA)
                .setBufferSize(chars + 2)
                .setMaxAliasesForCollections(MAX_ALIASES + 1)
                .setCodePointLimit(Integer.MAX_VALUE)
                .setAllowNonScalarKeys(true)
                .setAllowDuplicateKeys(true)
                .build();
    }

    private static String problem(MarkedYamlEngineException e, Findings findings) {
        var context = e.getContext();
        var problem = Wording.brief(String.valueOf(e.getProblem()));
        int advice = problem.indexOf(". (Do not use ");
        if (advice >= 0) {
            return problem.contains("(TAB)")
                    ? "a tab where only spaces may stand"
                    : problem.substring(0, advice) + " (put the value in quotes)";
        }
        if (context == null || context.isBlank()) {
            return problem;
        }
        var from = e.getContextMark()
                .map(mark -> " that starts in line " + findings.position(mark).line())
                .orElse("");
        return problem + " (" + Wording.brief(context) + from + ")";
    }

    /// @param index in code points
    private static Position position(String text, int index, Findings findings) {
        int at = text.offsetByCodePoints(0, Math.min(Math.max(index, 0), text.codePointCount(0, text.length())));
        int start = Segment.lineStart(text, at);
        int line = 0;
        for (int i = 0; i < start; i = Segment.nextLine(text, i)) {
            line++;
        }
        return new Position(findings.start().line() + line, text.codePointCount(start, at) + 1);
    }

    /// The parser with our limits.
    private static final class Limited implements Parser {
        private final Parser parser;
        private final Findings findings;
        private int aliases;
        private int depth;

        Limited(Parser parser, Findings findings) {
            this.parser = parser;
            this.findings = findings;
        }

        @Override
        public boolean checkEvent(Event.ID choice) {
            return parser.checkEvent(choice);
        }

        @Override
        public Event peekEvent() {
            return parser.peekEvent();
        }

        @Override
        public boolean hasNext() {
            return parser.hasNext();
        }

        @Override
        public Event next() {
            var event = parser.next();
            switch (event) {
                case ScalarEvent scalar -> scalar.getTag().ifPresent(tag -> refuse(tag, event));
                case CollectionStartEvent start -> {
                    start.getTag().ifPresent(tag -> refuse(tag, event));
                    if (++depth > MAX_DEPTH) {
                        throw new ParserException("nested more than " + MAX_DEPTH + " deep", event.getStartMark());
                    }
                }
                case CollectionEndEvent _ -> depth--;
                case AliasEvent _ -> {
                    if (++aliases > MAX_ALIASES) {
                        throw new ParserException("more than " + MAX_ALIASES + " aliases", event.getStartMark());
                    }
                }
                default -> {}
            }
            return event;
        }

        private void refuse(String tag, Event event) {
            var at = event.getStartMark().map(this::at).orElseGet(findings::start);
            findings.add(at, "", "tag " + Wording.quote(tag.replace("tag:yaml.org,2002:", "!!"))
                    + " is not allowed: a manifest is plain data");
        }

        private Position at(Mark mark) {
            return findings.position(mark);
        }
    }
}
