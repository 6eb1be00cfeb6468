package dev.reconciler.cli;

import java.io.OutputStream;
import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.Deque;

/// Where a log's bytes go: to the reader, the first time only the last lines of them.
abstract sealed class LogPrinter extends OutputStream {
    @Override
    public final void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public abstract void write(byte[] bytes, int offset, int length);

    /// All there is has been written.
    ///
    /// @param over nothing more will come
    abstract void caughtUp(boolean over);

    boolean redraws() {
        return false;
    }

    /// Lines of plain text.
    static final class Plain extends LogPrinter {
        private final PrintStream out;
        private final int tail;
        private final TerminalText text = new TerminalText(this::line);
        private final Deque<String> held = new ArrayDeque<>();
        private boolean catchingUp;

        /// What of the unfinished line is on the reader's screen.
        private String shown = "";

        /// @param tail negative: everything
        Plain(PrintStream out, int tail) {
            this.out = out;
            this.tail = tail;
            this.catchingUp = tail >= 0;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            text.feed(bytes, offset, length);
        }

        private void line(String line) {
            if (!catchingUp) {
                show(line);
                out.println();
                shown = "";
                return;
            }
            held.add(line);
            if (held.size() > tail) {
                held.remove();
            }
        }

        @Override
        void caughtUp(boolean over) {
            var unfinished = text.unfinished();
            if (catchingUp) {
                catchingUp = false;
                if (!unfinished.isEmpty() && held.size() == tail) {
                    held.poll();
                }
                held.forEach(out::println);
                held.clear();
                if (tail == 0) {
                    // What follows begins on a line of its own.
                    shown = unfinished;
                }
            }
            if (!unfinished.isEmpty() && tail != 0 || !unfinished.equals(shown)) {
                show(unfinished);
            }
            if (over && !shown.isEmpty() && tail != 0) {
                out.println();
                shown = "";
            }
        }

        /// Completes the line on the screen, or begins a new one when it was drawn over.
        private void show(String line) {
            if (line.startsWith(shown)) {
                out.print(line.substring(shown.length()));
            } else {
                out.println();
                out.print(line);
            }
            shown = line;
        }

        @Override
        boolean redraws() {
            return text.redraws();
        }
    }

    /// Bytes as recorded.
    static final class Raw extends LogPrinter {
        private final PrintStream out;
        private final Tail tail;
        private boolean catchingUp;

        Raw(PrintStream out, int lines) {
            this.out = out;
            this.catchingUp = lines >= 0;
            this.tail = new Tail(lines);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            if (catchingUp) {
                tail.write(bytes, offset, length);
            } else {
                out.write(bytes, offset, length);
            }
        }

        @Override
        void caughtUp(boolean over) {
            if (catchingUp) {
                catchingUp = false;
                for (var line : tail.lines()) {
                    out.write(line, 0, line.length);
                }
            }
        }
    }
}
