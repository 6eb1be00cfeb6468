package dev.reconciler.host;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The grammar of tmux's control mode: bytes in, blocks and notifications out, however the bytes are cut. Pure.
///
/// A block ends only at an `%end` or `%error` whose time, number and flags are those of its `%begin`: what an agent
/// prints may look like one. Once something contradicts the grammar, nothing that follows can be trusted.
final class ControlParser {
    /// Largest line and largest block: far above any answer we ask for.
    private static final int LIMIT = 32 << 20;

    private static final byte[] BEGIN = "%begin ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = "%end ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ERROR = "%error ".getBytes(StandardCharsets.US_ASCII);

    private final ByteArrayOutputStream line = new ByteArrayOutputStream(512);
    private @Nullable Open open;
    private boolean broken;

    /// What control mode says.
    sealed interface Event {
        /// The answer to one command.
        ///
        /// @param ours it came over this connection's input (flag 1): not the attach itself, not a hook's command
        /// @param body its lines, each with its newline
        record Block(boolean ours, boolean error, byte[] body) implements Event {
            String text() {
                return new String(body, StandardCharsets.UTF_8);
            }
        }

        /// @param name such as `%sessions-changed`
        record Notification(String name) implements Event {}

        /// Not control mode. The last event.
        record Violation(String what) implements Event {}
    }

    /// A block whose end has not come yet.
    ///
    /// @param token time, number and flags, as they were sent
    private record Open(byte[] token, boolean ours, ByteArrayOutputStream body) {}

    /// Takes the next bytes and tells what they complete.
    List<Event> feed(byte[] bytes, int length) {
        var events = new ArrayList<Event>();
        int from = 0;
        for (int i = 0; i < length && !broken; i++) {
            if (bytes[i] == '\n') {
                line.write(bytes, from, i - from);
                from = i + 1;
                take(line.toByteArray(), events);
                line.reset();
            }
        }
        if (!broken) {
            line.write(bytes, from, length - from);
            if (line.size() > LIMIT) {
                violation("a line of more than " + LIMIT + " bytes", events);
            }
        }
        return events;
    }

    private void take(byte[] text, List<Event> events) {
        var block = open;
        if (block != null) {
            inside(block, text, events);
        } else if (startsWith(text, BEGIN)) {
            begin(text, events);
        } else if (text.length > 1 && text[0] == '%' && !startsWith(text, END) && !startsWith(text, ERROR)) {
            events.add(new Event.Notification(firstWord(text)));
        } else {
            violation("a line outside of any block", events);
        }
    }

    private void begin(byte[] text, List<Event> events) {
        var token = new String(text, BEGIN.length, text.length - BEGIN.length, StandardCharsets.US_ASCII);
        var parts = token.split(" ", -1);
        if (parts.length != 3 || !parts[2].chars().allMatch(Character::isDigit) || parts[2].isEmpty()) {
            violation("a block that begins with " + token, events);
            return;
        }
        boolean ours = (parts[2].charAt(parts[2].length() - 1) - '0') % 2 == 1;
        open = new Open(token.getBytes(StandardCharsets.US_ASCII), ours, new ByteArrayOutputStream(128));
    }

    private void inside(Open block, byte[] text, List<Event> events) {
        boolean end = closes(text, END, block.token);
        if (end || closes(text, ERROR, block.token)) {
            events.add(new Event.Block(block.ours, !end, block.body.toByteArray()));
            open = null;
            return;
        }
        if (block.body.size() + text.length > LIMIT) {
            violation("an answer of more than " + LIMIT + " bytes", events);
            return;
        }
        block.body.write(text, 0, text.length);
        block.body.write('\n');
    }

    private void violation(String what, List<Event> events) {
        broken = true;
        events.add(new Event.Violation("tmux sent " + what));
    }

    private static boolean startsWith(byte[] text, byte[] prefix) {
        return text.length >= prefix.length && Arrays.equals(text, 0, prefix.length, prefix, 0, prefix.length);
    }

    private static boolean closes(byte[] text, byte[] keyword, byte[] token) {
        return text.length == keyword.length + token.length
                && startsWith(text, keyword)
                && Arrays.equals(text, keyword.length, text.length, token, 0, token.length);
    }

    private static String firstWord(byte[] text) {
        int end = 0;
        while (end < text.length && text[end] != ' ') {
            end++;
        }
        return new String(text, 0, end, StandardCharsets.US_ASCII);
    }
}
