package dev.reconciler.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.host.ControlParser.Event;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ControlParserTest {
    private static final String CONVERSATION =
            """
                    %begin 1795174455 266 0
                    %end 1795174455 266 0
                    %session-changed $0 _holder
                    %begin 1795174456 273 1
                    $1 %1 12084
                    %end 1795174456 273 1
                    %begin 1795174456 274 0
                    a hook's ünïcode 😀
                    %end 1795174456 274 0
                    %begin 1795174456 275 1
                    %end 1795174456 275 1
                    %unlinked-window-add @1
                    %sessions-changed
                    %begin 1795174456 279 1
                    duplicate session: w1
                    %error 1795174456 279 1
                    %exit
                    """;

    @Test
    void blocks_and_notifications_are_told_apart() {
        assertEquals(
                List.of(
                        "theirs[]",
                        "%session-changed",
                        "ours[$1 %1 12084\n]",
                        "theirs[a hook's ünïcode 😀\n]",
                        "ours[]",
                        "%unlinked-window-add",
                        "%sessions-changed",
                        "ours error[duplicate session: w1\n]",
                        "%exit"),
                words(feed(CONVERSATION)));
    }

    @Test
    void it_makes_no_difference_where_the_bytes_are_cut() {
        var whole = words(feed(CONVERSATION));
        var bytes = CONVERSATION.getBytes(StandardCharsets.UTF_8);
        for (int cut = 0; cut <= bytes.length; cut++) {
            var parser = new ControlParser();
            var events = new ArrayList<>(parser.feed(bytes, cut));
            events.addAll(parser.feed(java.util.Arrays.copyOfRange(bytes, cut, bytes.length), bytes.length - cut));
            assertEquals(whole, words(events), "cut at " + cut);
        }
    }

    @Test
    void byte_by_byte_is_the_same() {
        var parser = new ControlParser();
        var events = new ArrayList<Event>();
        for (byte b : CONVERSATION.getBytes(StandardCharsets.UTF_8)) {
            events.addAll(parser.feed(new byte[] {b}, 1));
        }
        assertEquals(words(feed(CONVERSATION)), words(events));
    }

    @Test
    void an_agents_text_that_looks_like_control_mode_ends_no_block() {
        var text =
                """
                        %end 1795174456 999 1
                        %error 1795174456 273 0
                        %end 1795174457 273 1
                         %end 1795174456 273 1
                        %end 1795174456 273 1\s
                        %end 1795174456 273
                        %begin 1795174456 273 1
                        %exit

                        %output %1 x
                        """;
        assertEquals(
                List.of("ours[" + text + "]"),
                words(feed("%begin 1795174456 273 1\n" + text + "%end 1795174456 273 1\n")));
    }

    @Test
    void empty_lines_of_an_answer_are_kept() {
        assertEquals(List.of("ours[\n\nx\n\n]"), words(feed("%begin 1 2 1\n\n\nx\n\n%end 1 2 1\n")));
    }

    @Test
    void a_line_outside_of_any_block_breaks_the_conversation_for_good() {
        for (var line : List.of("hello", "", "%", "%end 1 2 1", "%error 1 2 1", "%begin 1 2", "%begin 1 2 x")) {
            var events = feed(line + "\n%sessions-changed\n");
            assertEquals(1, events.size(), line);
            assertInstanceOf(Event.Violation.class, events.getFirst(), line);
        }
    }

    @Test
    void whatever_comes_it_never_throws_and_never_goes_on_after_a_violation() {
        var pieces = List.of("%begin 1 2 1\n", "%end 1 2 1\n", "%error 1 2 1\n", "%x\n", "text", "\n", "%", "\0\u00ff");
        for (int seed = 0; seed < 2000; seed++) {
            var random = new Random(seed);
            var parser = new ControlParser();
            boolean broken = false;
            for (int i = 0; i < 40; i++) {
                var bytes = pieces.get(random.nextInt(pieces.size())).getBytes(StandardCharsets.UTF_8);
                var events = parser.feed(bytes, bytes.length);
                assertTrue(!broken || events.isEmpty(), "seed " + seed);
                broken |= events.stream().anyMatch(e -> e instanceof Event.Violation);
            }
        }
    }

    private static List<Event> feed(String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        return new ControlParser().feed(bytes, bytes.length);
    }

    private static List<String> words(List<Event> events) {
        return events.stream()
                .map(event -> switch (event) {
                    case Event.Block b -> (b.ours() ? "ours" : "theirs") + (b.error() ? " error" : "") + "[" + b.text()
                            + "]";
                    case Event.Notification(var name) -> name;
                    case Event.Violation(var what) -> "violation: " + what;
                })
                .toList();
    }
}
