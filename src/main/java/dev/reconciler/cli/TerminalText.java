package dev.reconciler.cli;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/// What a program wrote to its terminal, as lines of plain text: escape codes are taken out, a carriage return goes back
/// to overwrite (progress bars leave their last state), half a character is never printed. Fed in pieces of any size.
final class TerminalText {
    private static final int ESC = 0x1b;
    private static final int BEL = 0x07;

    /// A line that never ends (binary output) is cut here.
    private static final int LONGEST_LINE = 64 * 1024;

    /// A program that moves the cursor up or about this often draws a screen.
    private static final int MOVES_OF_A_SCREEN = 20;

    private static final int REPLACEMENT = 0xfffd;

    private enum State {
        Text,
        Escape,
        /// `ESC (` and the like: one more byte.
        Charset,
        Csi,
        /// OSC, DCS, APC, PM, SOS: until BEL or `ESC \`.
        String,
        StringEscape
    }

    private final Consumer<String> lines;
    private final StringBuilder parameters = new StringBuilder();
    private final byte[] character = new byte[4];
    private int characterLength;
    private int characterSize;
    private State state = State.Text;
    private int[] line = new int[256];
    private int length;
    private int cursor;
    private int moves;
    private boolean alternate;

    /// @param lines gets each finished line, without its newline
    TerminalText(Consumer<String> lines) {
        this.lines = lines;
    }

    void feed(byte[] bytes, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            feed(bytes[i] & 0xff);
        }
    }

    /// The line that is not finished yet.
    String unfinished() {
        return text();
    }

    /// The next byte is not a continuation of this one: a new run.
    void reset() {
        if (length > 0) {
            end();
        }
        characterLength = 0;
        state = State.Text;
    }

    /// True once it was seen to draw a screen rather than to print lines: read as lines it makes little sense.
    boolean redraws() {
        return alternate || moves >= MOVES_OF_A_SCREEN;
    }

    private void feed(int b) {
        switch (state) {
            case Text -> text(b);
            case Escape -> escape(b);
            case Charset -> state = State.Text;
            case Csi -> csi(b);
            case String -> {
                if (b == BEL) {
                    state = State.Text;
                } else if (b == ESC) {
                    state = State.StringEscape;
                }
            }
            case StringEscape -> state = b == '\\' ? State.Text : State.String;
        }
    }

    private void text(int b) {
        if (characterLength > 0) {
            if ((b & 0xc0) == 0x80) {
                character[characterLength++] = (byte) b;
                if (characterLength == characterSize) {
                    put(new String(character, 0, characterSize, StandardCharsets.UTF_8).codePointAt(0));
                    characterLength = 0;
                }
                return;
            }
            put(REPLACEMENT);
            characterLength = 0;
        }
        switch (b) {
            case ESC -> state = State.Escape;
            case '\n' -> end();
            case '\r' -> cursor = 0;
            case '\b' -> cursor = Math.max(0, cursor - 1);
            case '\t' -> put('\t');
            default -> {
                if (b >= 0xc2 && b <= 0xf4) {
                    character[0] = (byte) b;
                    characterLength = 1;
                    characterSize = b < 0xe0 ? 2 : b < 0xf0 ? 3 : 4;
                } else if (b >= 0x80) {
                    put(REPLACEMENT);
                } else if (b >= ' ' && b != 0x7f) {
                    put(b);
                }
            }
        }
    }

    private void escape(int b) {
        state = switch (b) {
            case '[' -> {
                parameters.setLength(0);
                yield State.Csi;
            }
            case ']', 'P', 'X', '^', '_' -> State.String;
            case '(', ')', '*', '+', '-', '.', '/', '#', '%', ' ' -> State.Charset;
            case ESC -> State.Escape;
            default -> State.Text;
        };
    }

    private void csi(int b) {
        if (b == ESC) {
            state = State.Escape;
        } else if (b == '\n' || b == '\r') {
            // Cut off in the middle: what follows is text again.
            state = State.Text;
            text(b);
        } else if (b >= 0x40 && b <= 0x7e) {
            state = State.Text;
            obey(b);
        } else if (b >= 0x20 && parameters.length() < 64) {
            parameters.append((char) b);
        }
    }

    private void obey(int command) {
        int number = number();
        switch (command) {
            case 'K' -> erase(number);
            case 'G', '`' -> cursor = Math.clamp(number - 1L, 0, LONGEST_LINE);
            case 'C' -> cursor = (int) Math.min(LONGEST_LINE, cursor + (long) Math.max(1, number));
            case 'D' -> cursor = (int) Math.max(0, cursor - (long) Math.max(1, number));
            case 'A', 'H', 'f', 'd', 'F' -> moves++;
            case 'h' -> alternate |= List.of("?1049", "?1047", "?47").contains(parameters.toString());
            default -> {
                // Colours, modes, questions: nothing that stays on a line.
            }
        }
    }

    private int number() {
        var text = parameters.toString();
        return text.matches("[0-9]{1,6}") ? Integer.parseInt(text) : 0;
    }

    /// 0: from the cursor on, 1: up to it, 2: all.
    private void erase(int what) {
        if (what == 0) {
            length = Math.min(length, cursor);
        } else if (what == 1) {
            Arrays.fill(line, 0, Math.min(cursor + 1, length), ' ');
        } else if (what == 2) {
            length = 0;
        }
    }

    private void put(int what) {
        // The eight-bit control codes, some of which terminals obey.
        if (what >= 0x80 && what < 0xa0) {
            return;
        }
        if (cursor >= line.length) {
            line = Arrays.copyOf(line, Math.max(cursor + 1, 2 * line.length));
        }
        if (length < cursor) {
            Arrays.fill(line, length, cursor, ' ');
        }
        line[cursor++] = what;
        length = Math.max(length, cursor);
        if (length >= LONGEST_LINE) {
            end();
        }
    }

    private void end() {
        lines.accept(text());
        length = 0;
        cursor = 0;
    }

    /// Without the spaces that erasing left at the end.
    private String text() {
        return new String(line, 0, length).stripTrailing();
    }
}
