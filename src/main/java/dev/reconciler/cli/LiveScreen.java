package dev.reconciler.cli;

import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A terminal that shows pictures, one in the place of the other, in its alternate buffer: what stood there before comes
/// back at the end, however that comes. The launcher has made the terminal hand over single keys. No library and no
/// process is asked for the window's size: the terminal itself tells where its last corner is.
final class LiveScreen implements Runnable {
    private static final String ENTER = "\033[?1049h\033[?25l";
    private static final String LEAVE = "\033[0m\033[?25h\033[?1049l";

    /// To the last corner, ask where that is, and back.
    private static final String ASK_SIZE = "\0337\033[9999;9999H\033[6n\0338";

    /// How soon a window of another size is filled anew.
    private static final long SIZE_MILLIS = 250;

    private static final String HELP = "q: leave   j/k, space: scroll";

    private final OutputStream out;
    private final ByteArrayOutputStream coming = new ByteArrayOutputStream();
    private List<String> picture = List.of();
    private String note = "";
    private int rows = 24;
    private int columns = 80;
    private int top;
    private boolean entered;
    private boolean sized;

    LiveScreen(OutputStream out) {
        this.out = out;
    }

    synchronized void enter() {
        entered = true;
        write(ENTER + ASK_SIZE);
        Runtime.getRuntime().addShutdownHook(new Thread(this::leave));
        var keys = new Thread(this::keys, "keys");
        keys.setDaemon(true);
        keys.start();
        var size = new Thread(this, "size");
        size.setDaemon(true);
        size.start();
    }

    /// The terminal as it was.
    synchronized void leave() {
        if (entered) {
            entered = false;
            write(LEAVE);
        }
    }

    /// What is printed there is part of the next picture.
    PrintStream coming() {
        return new PrintStream(coming, false, StandardCharsets.UTF_8);
    }

    void receive(byte[] bytes) {
        coming.writeBytes(bytes);
    }

    /// What was received is the next picture.
    void show() {
        var lines = coming.toString(StandardCharsets.UTF_8).lines().toList();
        coming.reset();
        synchronized (this) {
            picture = lines;
            note = "";
            draw();
        }
    }

    /// Below the picture, which is not of now any more.
    synchronized void note(String what) {
        note = what;
        draw();
    }

    /// Asks for the size again and again.
    @Override
    public void run() {
        try {
            while (true) {
                Thread.sleep(SIZE_MILLIS);
                synchronized (this) {
                    if (!entered) {
                        return;
                    }
                    write(ASK_SIZE);
                }
            }
        } catch (InterruptedException e) {
            return;
        }
    }

    /// Reads keys, and the terminal's answers between them, until `q` or the terminal's end.
    private void keys() {
        var answer = new StringBuilder();
        try (var in = new FileInputStream(FileDescriptor.in)) {
            for (int key = in.read(); key >= 0 && key != 'q'; key = in.read()) {
                if (key == 0x1b) {
                    answer.setLength(0);
                    answer.append('\033');
                } else if (!answer.isEmpty()) {
                    answer.append((char) key);
                    if (key != '[' && (key < '0' || key > '9') && key != ';') {
                        obey(answer.toString());
                        answer.setLength(0);
                    }
                } else {
                    scroll(key == 'j' ? 1 : key == 'k' ? -1 : key == ' ' ? rows - 1 : key == 'b' ? 1 - rows : 0);
                }
            }
        } catch (IOException e) {
            // The terminal is gone: so is whoever looked.
            leave();
        }
        System.exit(0);
    }

    private void obey(String sequence) {
        if (sequence.endsWith("R")) {
            size(sequence.substring(2, sequence.length() - 1).split(";"));
        } else if (sequence.equals("\033[A")) {
            scroll(-1);
        } else if (sequence.equals("\033[B")) {
            scroll(1);
        }
    }

    private synchronized void size(String[] told) {
        try {
            int newRows = Integer.parseInt(told[0]);
            int newColumns = Integer.parseInt(told[1]);
            if (newRows != rows || newColumns != columns || !sized) {
                rows = newRows;
                columns = newColumns;
                sized = true;
                draw();
            }
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            // Not an answer to our question.
            return;
        }
    }

    private synchronized void scroll(int lines) {
        if (lines != 0) {
            top += lines;
            draw();
        }
    }

    private void draw() {
        if (!entered) {
            return;
        }
        int room = Math.max(1, rows - 1);
        top = Math.max(0, Math.min(top, picture.size() - room));
        var text = new StringBuilder("\033[H");
        for (int row = 0; row < room; row++) {
            int line = top + row;
            text.append(line < picture.size() ? cut(picture.get(line), columns) : "").append("\033[0m\033[K\r\n");
        }
        int below = picture.size() - top - room;
        var last = note.isEmpty() ? (below > 0 ? below + " more lines   " : "") + HELP : note;
        text.append("\033[7m").append(cut(last, columns)).append("\033[0m\033[K");
        write(text.toString());
    }

    /// The beginning of a line that fits; colours take no room.
    static String cut(String line, int columns) {
        int used = 0;
        int at = 0;
        while (at < line.length()) {
            int c = line.codePointAt(at);
            if (c == 0x1b) {
                int end = line.indexOf('m', at);
                at = end < 0 ? line.length() : end + 1;
                continue;
            }
            used += Columns.of(c);
            if (used > columns) {
                return line.substring(0, at);
            }
            at += Character.charCount(c);
        }
        return line;
    }

    private void write(String text) {
        try {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // The terminal is gone. Not an exit, which would wait for the very hook that may be writing here.
            Runtime.getRuntime().halt(Main.BROKEN_PIPE);
        }
    }
}
