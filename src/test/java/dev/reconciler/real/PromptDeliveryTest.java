package dev.reconciler.real;

import static dev.reconciler.real.Product.agent;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;

/// Prompts reach chat programs byte for byte, once, whenever those are ready and whatever happens to the daemon.
@RealTest
class PromptDeliveryTest {
    /// How many runs; `-Dprompts.runs=1000` for the whole proof.
    private static final int RUNS = Integer.getInteger("prompts.runs", 12);
    private static final int BATCH = Integer.getInteger("prompts.batch", 12);
    /// How long a daemon lives at most, in milliseconds.
    private static final int LONGEST = Integer.getInteger("prompts.kill", 3000);
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    /// 200 kB: every printable character of ASCII, names of keys, shell and tmux syntax, characters of 2, 3 and 4 bytes,
    /// 500 newlines.
    private static String text(int number) {
        var ascii = new StringBuilder();
        for (char c = ' '; c <= '~'; c++) {
            ascii.append(c);
        }
        var line = ascii + " Enter C-c M-x $(x) `x` ${HOME} #{pid} #(date) %H ; \\; ~ é € 😀 🏳️‍🌈\t";
        var text = new StringBuilder("run " + number + " ");
        for (int i = 0; i < 500; i++) {
            text.append(i).append(' ').append(line, 0, line.length() - 1);
            while (text.toString().getBytes(StandardCharsets.UTF_8).length < (i + 1) * 400) {
                text.append("x".repeat(100));
            }
            text.append('\n');
        }
        return text + "the end of " + number;
    }

    private static double delay(int number) {
        return number % 48 == 47 ? 20 : switch (number % 4) {
            case 0 -> 0;
            case 1 -> 0.1;
            case 2 -> 2;
            default -> 0.5;
        };
    }

    /// Why nobody kills the daemon any more, and starts it again.
    private static final AtomicReference<Throwable> KILLER = new AtomicReference<>();

    @Test
    void each_arrives_once_byte_for_byte_also_when_the_daemon_is_killed_at_random(TestDirs dirs) throws Exception {
        var killed = new AtomicInteger();
        var over = new AtomicBoolean();
        try (var product = new Product(dirs).start()) {
            var killer = Thread.ofPlatform().start(() -> kill(product, killed, over));
            try {
                for (int from = 0; from < RUNS; from += BATCH) {
                    int to = Math.min(RUNS, from + BATCH);
                    batch(dirs, product, from, to);
                    System.out.println("prompts: " + to + " of " + RUNS + " arrived once, the daemon was killed "
                            + killed + " times");
                }
            } finally {
                over.set(true);
                killer.join();
            }
        }
        assertTrue(killed.get() > 0, "the daemon was never killed");
    }

    private static void kill(Product product, AtomicInteger killed, AtomicBoolean over) {
        var random = new Random(7);
        try {
            while (!over.get()) {
                if (!product.daemonEnds(Duration.ofMillis(100 + random.nextInt(LONGEST)))) {
                    product.killDaemon();
                    killed.incrementAndGet();
                }
                product.start();
            }
        } catch (Exception | Error e) {
            KILLER.set(e);
        }
    }

    private static void batch(TestDirs dirs, Product product, int from, int to) throws Exception {
        var names = new ArrayList<String>();
        for (int i = from; i < to; i++) {
            var prompt = Files.writeString(dirs.work().resolve("prompt" + i), text(i) + "\n");
            names.add("a" + i);
            product.write("a" + i + ".yaml", agent(
                    "a" + i, FakeAgent.argv("tui:" + delay(i) + ":" + dirs.work().resolve("took" + i)),
                    "prompt: {file: " + prompt + "}"));
        }
        for (int i = from; i < to; i++) {
            int number = i;
            try {
                await("prompt " + i).atMost(PATIENCE).until(() -> Files.exists(took(dirs, number, 1)));
            } catch (ConditionTimeoutException e) {
                throw new AssertionError(
                        "prompt " + i + " is lost: " + KILLER.get() + product.say("describe", "agent", "a" + i).all()
                                + product.say("screen", "a" + i).all() + product.log(),
                        e);
            }
            assertEquals(text(i), Files.readString(took(dirs, i, 1)), "prompt " + i);
        }
        await("all of " + names + " to say so").atMost(PATIENCE)
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> product.having("PromptDelivered", "True").containsAll(names));
        for (int i = from; i < to; i++) {
            assertFalse(Files.exists(took(dirs, i, 2)), "something more came after prompt " + i);
            Files.delete(took(dirs, i, 1));
        }
        var delete = new ArrayList<>(List.of("delete", "agent", "--force", "--grace-period=0"));
        delete.addAll(names);
        try {
            await("the end of " + names).atMost(PATIENCE).pollInterval(Duration.ofSeconds(1)).until(() -> {
                if (KILLER.get() != null) {
                    throw new IllegalStateException(KILLER.get());
                }
                product.say(delete.toArray(String[]::new));
                return product.say("get", "agents", "-o", "name").out().isEmpty();
            });
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(
                    "agents do not end: " + product.say("describe", "agents").all() + product.say("events").all()
                            + product.log(),
                    e);
        }
    }

    private static Path took(TestDirs dirs, int number, int time) {
        return dirs.work().resolve("took" + number + "." + time);
    }
}
