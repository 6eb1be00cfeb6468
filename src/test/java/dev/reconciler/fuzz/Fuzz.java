package dev.reconciler.fuzz;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Feeds damaged samples to a reader for `-Dfuzz.seconds` (2 in `make test`). A reader may refuse; it may not throw what
/// it does not say, nor hang. The same `-Dfuzz.seed` feeds the same inputs; one that is not taken well is kept in
/// `target/fuzz`.
public final class Fuzz {
    private static final double SECONDS = Double.parseDouble(System.getProperty("fuzz.seconds", "2"));
    private static final long SEED = Long.getLong("fuzz.seed", 1);
    /// No input may take longer: it is a MiB at most.
    private static final long LIMIT = TimeUnit.SECONDS.toNanos(Long.getLong("fuzz.limit", 30));
    private static final int LARGEST = 1 << 20;

    /// What is tried.
    @FunctionalInterface
    public interface Target {
        void take(byte[] input) throws Exception;
    }

    private final String name;
    private final List<byte[]> seeds = new ArrayList<>();
    private final List<byte[]> tokens = new ArrayList<>();
    private final Random random = new Random(SEED);
    private volatile byte[] current = {};
    private volatile long begun;
    private final CountDownLatch over = new CountDownLatch(1);

    /// @param name of the reader, for people and files
    public Fuzz(String name) {
        this.name = name;
        tokens(
                "\0", "\n", "\r", "\t", " ", "-1", "0", "9223372036854775807", "99999999999999999999", "%", "\\", "\"",
                "'",
                "\uFEFF", "🤖", "\u0085", "x".repeat(3000));
    }

    public Fuzz seeds(String... texts) {
        for (var text : texts) {
            seeds.add(text.getBytes(StandardCharsets.UTF_8));
        }
        return this;
    }

    public Fuzz seed(byte[] bytes) {
        seeds.add(bytes);
        return this;
    }

    /// Every regular file below.
    public Fuzz seedsIn(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            for (var file : files.filter(Files::isRegularFile).sorted().toList()) {
                seeds.add(Files.readAllBytes(file));
            }
        }
        return this;
    }

    /// What means something to the reader.
    public Fuzz tokens(String... texts) {
        for (var text : texts) {
            tokens.add(text.getBytes(StandardCharsets.UTF_8));
        }
        return this;
    }

    /// @throws AssertionError with the first input that is not taken well
    public void run(Target target) throws IOException {
        long start = System.nanoTime();
        long end = start + (long) (SECONDS * 1e9);
        long inputs = 0;
        long slowest = 0;
        begun = start;
        watch();
        for (long now = start; now < end; inputs++) {
            var input = next();
            take(target, input);
            long after = System.nanoTime();
            slowest = Math.max(slowest, after - now);
            if (after - now > LIMIT) {
                throw new AssertionError(
                        name + ": one input took " + (after - now) / 1_000_000 + " ms: " + keep(input));
            }
            now = after;
        }
        over.countDown();
        System.out.printf(
                Locale.ROOT, "fuzz: %s: %d inputs in %.0f s, the slowest %.1f ms%n", name, inputs, SECONDS,
                slowest / 1e6);
    }

    private void take(Target target, byte[] input) throws IOException {
        current = input;
        begun = System.nanoTime();
        try {
            target.take(input);
        } catch (Throwable e) {
            throw new AssertionError(name + ": " + e + " for " + keep(input), e);
        }
    }

    /// Ends the whole run when one input is never done with: nothing else can be said about it.
    private void watch() {
        var watchdog = new Thread(() -> {
            try {
                while (!over.await(1, TimeUnit.SECONDS)) {
                    if (System.nanoTime() - begun > 2 * LIMIT) {
                        System.err.println("fuzz: " + name + " hangs: " + keep(current));
                        Runtime.getRuntime().halt(1);
                    }
                }
            } catch (InterruptedException | IOException e) {
                Runtime.getRuntime().halt(1);
            }
        });
        watchdog.setDaemon(true);
        watchdog.start();
    }

    private String keep(byte[] input) throws IOException {
        var file = Files.createDirectories(Path.of("target/fuzz"))
                .resolve(name.replace(' ', '-') + "-" + Integer.toHexString(Arrays.hashCode(input)));
        Files.write(file, input);
        return file.toString();
    }

    private byte[] next() {
        var bytes = any(seeds);
        for (int i = random.nextInt(8); i >= 0; i--) {
            bytes = damaged(bytes);
        }
        return bytes.length > LARGEST ? Arrays.copyOf(bytes, LARGEST) : bytes;
    }

    private byte[] damaged(byte[] bytes) {
        int at = random.nextInt(bytes.length + 1);
        int to = Math.min(bytes.length, at + random.nextInt(64));
        return switch (random.nextInt(9)) {
            case 0 -> Arrays.copyOf(bytes, at);
            case 1 -> splice(bytes, at, to, new byte[0]);
            case 2 -> splice(bytes, at, at, Arrays.copyOfRange(bytes, at, to));
            case 3 -> splice(bytes, at, Math.min(at + 1, bytes.length), new byte[] {(byte) random.nextInt(256)});
            case 4 -> {
                var other = any(seeds);
                yield splice(bytes, at, bytes.length, Arrays.copyOfRange(other, random.nextInt(other.length + 1),
                        other.length));
            }
            case 5 -> repeated(bytes, at, to);
            default -> splice(bytes, at, random.nextBoolean() ? at : to, any(tokens));
        };
    }

    private byte[] repeated(byte[] bytes, int at, int to) {
        var part = Arrays.copyOfRange(bytes, at, to);
        int times = random.nextInt(200);
        var many = new byte[part.length * times];
        for (int i = 0; i < times; i++) {
            System.arraycopy(part, 0, many, i * part.length, part.length);
        }
        return splice(bytes, at, to, many);
    }

    private static byte[] splice(byte[] bytes, int from, int to, byte[] middle) {
        var spliced = new byte[from + middle.length + bytes.length - to];
        System.arraycopy(bytes, 0, spliced, 0, from);
        System.arraycopy(middle, 0, spliced, from, middle.length);
        System.arraycopy(bytes, to, spliced, from + middle.length, bytes.length - to);
        return spliced;
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
