package dev.reconciler.real;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Looks at the process table five times a second, past everything of the product, for two main programs of one agent.
final class Doubles implements Runnable {
    private final Path root;
    private final List<String> names;
    private final CopyOnWriteArrayList<String> found = new CopyOnWriteArrayList<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile long looks;

    Doubles(Path root, List<String> names) {
        this.root = root;
        this.names = names;
    }

    /// The word in a program's arguments that tells whose it is.
    static String sign(Path root, String name) {
        return "say:" + name + "@" + root;
    }

    @Override
    public void run() {
        try {
            while (!over.await(200, TimeUnit.MILLISECONDS)) {
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        var seen = new TreeMap<String, List<String>>();
        try (var all = Files.newDirectoryStream(Path.of("/proc"), "[1-9]*")) {
            for (var process : all) {
                var arguments = read(process.resolve("cmdline"));
                // The shell that tmux starts it with mentions it, too.
                if (arguments.startsWith("/usr/bin/perl\0")) {
                    for (var name : names) {
                        if (arguments.contains("\0" + sign(root, name) + "\0") && alive(process)) {
                            seen.computeIfAbsent(name, n -> new ArrayList<>()).add(process.getFileName().toString());
                        }
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        looks++;
        seen.forEach((name, pids) -> {
            // One after the other is no double: both live at the second look, too.
            if (pids.size() > 1 && pids.stream().filter(pid -> alive(Path.of("/proc", pid))).count() > 1) {
                found.addIfAbsent(name + " " + pids);
            }
        });
    }

    private static boolean alive(Path process) {
        var stat = read(process.resolve("stat"));
        return !stat.isEmpty() && "ZX".indexOf(stat.charAt(stat.lastIndexOf(')') + 2)) < 0;
    }

    private static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    void over() {
        over.countDown();
    }

    long looks() {
        return looks;
    }

    List<String> found() {
        return List.copyOf(found);
    }
}
