package dev.reconciler.host;

import dev.reconciler.api.ProcessRef;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// `/proc/PID/stat`, the fields we use; numbers as in proc(5).
///
/// @param status how a zombie ended, as wait(2) tells it; 0 of others, and where that is not ours to read
record StatLine(ProcessRef ref, String name, char state, long parent, long session, long threads, int status) {
    private static final int PARENT = 4;
    private static final int SESSION = 6;
    private static final int THREADS = 20;
    private static final int START_TIME = 22;

    /// A zombie, or dead. A leader that ended while its other threads run on also shows `Z`: that process lives.
    boolean ended() {
        return (state == 'Z' && threads <= 1) || state == 'X' || state == 'x';
    }

    /// By a signal, or by a debugger.
    boolean stopped() {
        return state == 'T' || state == 't';
    }

    /// Null when the line is cut or no stat line at all. The name may hold anything, `) (` too: it ends at the last `)`.
    static @Nullable StatLine parse(byte[] line, int length) {
        int open = 0;
        while (open < length && line[open] != '(') {
            open++;
        }
        int close = length - 1;
        while (close > open && line[close] != ')') {
            close--;
        }
        if (close <= open || close + 2 >= length) {
            return null;
        }
        long pid = number(line, 0, open);
        var fields = new long[START_TIME + 1];
        int at = close + 3;
        for (int field = PARENT; field <= START_TIME; field++) {
            int start = ++at;
            while (at < length && line[at] > ' ') {
                at++;
            }
            if (start >= at || at == length) {
                return null;
            }
            fields[field] = number(line, start, at);
        }
        return new StatLine(
                new ProcessRef(pid, fields[START_TIME]),
                new String(line, open + 1, close - open - 1, StandardCharsets.UTF_8),
                (char) line[close + 2],
                fields[PARENT],
                fields[SESSION],
                fields[THREADS],
                line[close + 2] == 'Z' ? (int) last(line, length) : 0);
    }

    /// `exit_code` is the last field since Linux 3.5.
    private static long last(byte[] line, int length) {
        int end = length - 1;
        int start = end;
        while (line[start - 1] > ' ') {
            start--;
        }
        return line[end] == '\n' ? number(line, start, end) : 0;
    }

    /// Start times and pids are never negative; what may be (priority, terminal group) is not asked for.
    private static long number(byte[] line, int from, int to) {
        long value = 0;
        for (int i = from; i < to && line[i] >= '0' && line[i] <= '9'; i++) {
            value = value * 10 + line[i] - '0';
        }
        return value;
    }
}
