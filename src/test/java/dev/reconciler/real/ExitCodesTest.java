package dev.reconciler.real;

import static dev.reconciler.real.Product.agent;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The exit codes of the README's table of verbs, as a shell sees them.
@RealTest
@WholeMachine
class ExitCodesTest {
    private static final List<String> FOREVER = FakeAgent.argv("forever");
    private static final String BROKEN = "{ this is : [ no yaml";

    /// Each line is what a command ends with, and the command.
    private static void check(Product product, String table) throws IOException, InterruptedException {
        var ended = new StringBuilder();
        var said = new StringBuilder();
        for (var line : table.lines().toList()) {
            var one = product.say(line.substring(2).split(" "));
            ended.append(one.code()).append(line.substring(1)).append('\n');
            if (!line.startsWith(one.code() + " ")) {
                said.append("$ ").append(line.substring(2)).append('\n').append(one.all());
            }
        }
        assertEquals(table, ended.toString(), said.toString());
    }

    @Test
    void all_is_well_or_a_name_is_wrong(TestDirs dirs) throws Exception {
        try (var product = new Product(dirs).start()) {
            product.write("ada.yaml", agent("ada", FOREVER));
            product.awaitPhase("ada", "Running");
            await().atMost(Duration.ofSeconds(30)).until(() -> product.say("status").code() == 0);
            check(product, """
                    0 get agents
                    0 get agent ada
                    1 get agent nosuch
                    1 describe agent nosuch
                    1 get server 1
                    1 get scope nosuch
                    0 diff
                    2 diff --nosuch
                    2 diff --revision HEAD
                    0 source
                    0 source sync
                    1 source nosuch
                    0 wait --for=condition=Ready agent/ada
                    1 wait --for=condition=Ready=False agent/ada --timeout=1s
                    1 wait --for=delete agent/ada --timeout=1s
                    1 wait --for=condition=Ready agent/nosuch --timeout=1s
                    0 approve
                    1 approve ada
                    1 attach nosuch
                    1 logs nosuch
                    1 screen nosuch
                    1 send nosuch hello
                    1 rollout restart agent nosuch
                    1 rescue 1
                    0 events
                    0 replay
                    1 replay --agent nosuch
                    """);
        }
    }

    @Test
    void a_folder_that_is_not_as_it_should_be(TestDirs dirs) throws Exception {
        try (var product = new Product(dirs).start()) {
            product.write("ada.yaml", BROKEN);
            await().atMost(Duration.ofSeconds(30)).until(() -> product.say("status").code() == 1);
            check(product, """
                    0 diff
                    1 source
                    """);
        }
    }

    @Test
    void a_daemon_that_does_not_answer(TestDirs dirs) throws Exception {
        try (var product = new Product(dirs).start()) {
            product.signal("STOP");
            try {
                check(product, """
                        4 status
                        2 diff
                        1 get agents
                        1 attach ada
                        """);
            } finally {
                product.signal("CONT");
            }
            assertEquals(0, product.say("status").code());
        }
    }

    @Test
    void no_daemon(TestDirs dirs) throws Exception {
        Files.writeString(dirs.work().resolve("good.yaml"), agent("ada", FOREVER));
        Files.writeString(dirs.work().resolve("bad.yaml"), BROKEN);
        try (var product = new Product(dirs)) {
            check(product, """
                    1 nosuch
                    1 get agent nosuch
                    1 attach nosuch
                    1 status
                    0 validate good.yaml
                    1 validate bad.yaml
                    1 validate good.yaml bad.yaml
                    1 validate nosuch.yaml
                    1 validate
                    1 apply -f bad.yaml
                    1 replay
                    1 replay nosuch.jsonl.gz
                    1 done
                    1 heartbeat
                    0 explain agent.spec
                    1 explain agent.nosuch
                    0 completion bash
                    1 completion nosuch
                    0 version
                    0 help logs
                    """);
        }
    }

    @Test
    void help_needs_no_daemon(TestDirs dirs) throws Exception {
        try (var product = new Product(dirs)) {
            var verbs = product.say("help")
                    .out()
                    .lines()
                    .filter(line -> line.matches("  [a-z]+ .*"))
                    .map(line -> line.strip().split(" ", 2)[0])
                    .toList();
            assertFalse(verbs.isEmpty());
            check(product, verbs.stream().map(verb -> "0 " + verb + " --help\n").collect(Collectors.joining()));
        }
    }
}
