package dev.reconciler.real;

import static dev.reconciler.real.Product.agent;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/// "Why did it stop it?", answered elsewhere from a copy of what the daemon wrote.
@RealTest
class ReplayRealTest {
    @Test
    void a_copy_of_the_recording_tells_elsewhere_why_an_agent_was_started_restarted_and_stopped(TestDirs dirs)
            throws Exception {
        var elsewhere = Files.createDirectory(dirs.root().resolve("elsewhere"));
        try (var product = new Product(dirs).config("holdDownSeconds: 3\n").start()) {
            product.write("ada.yaml", agent(
                    "ada", FakeAgent.argv("say:planted-argument", "forever"),
                    "env: [{name: TOKEN, value: planted-value}]", "prompt: {text: planted prompt, delivery: File}"));
            product.write("bea.yaml", agent("bea", FakeAgent.argv("forever")));
            long pid = product.awaitPhase("ada", "Running");
            Product.kill(pid);
            long again = product.awaitNew("ada", pid);
            // What a killed daemon did in its last second is not written yet.
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> product.say("replay", "--agent", "ada").out().contains("Restarted: run 2"));
            product.killDaemon();
            product.start();
            assertEquals(again, product.pid("ada"));
            Files.delete(dirs.manifests().resolve("ada.yaml"));
            await().atMost(Duration.ofSeconds(60)).until(() -> product.say("get", "agent", "ada").code() == 1);
            var live = dirs.state().resolve("recording");
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> product.say("replay", "--agent", "ada").out().contains("forget"));
            copy(live, elsewhere);
        }
        try (var alone = new Product(dirs).with(
                "HOME=" + elsewhere, "XDG_CONFIG_HOME", "XDG_STATE_HOME",
                "RECONCILER_STATE=" + elsewhere.resolve("none"),
                "RECONCILER_MANIFESTS=" + elsewhere.resolve("none"), "TZ=Pacific/Auckland")) {
            var said = alone.say("replay", elsewhere.toString(), "--agent", "ada");
            assertEquals(0, said.code(), said.all());
            var text = said.out();
            assertTrue(text.contains("start    default/ada  Created: run 1"), text);
            assertTrue(text.contains("restart  default/ada  Restarted: run 2"), text);
            assertTrue(text.contains("it ended ") && text.contains("by itself"), text);
            assertTrue(text.contains("hold     default/ada  PendingDeletion"), text);
            assertTrue(text.contains("stop     default/ada  SpecRemoved: run 2: TERM to pid "), text);
            assertTrue(text.contains("| Running, Orphaned | Unwanted |"), text);
            assertTrue(text.contains("no file asks for it, since "), text);
            assertTrue(text.contains("forget   default/ada"), text);
            assertFalse(text.contains("default/bea"), text);
            assertTrue(said.err().contains("its daemon still writes, or was killed"), said.err());
            var whole = alone.say("replay", elsewhere.toString(), "-o", "json");
            assertEquals(0, whole.code(), whole.all());
            assertTrue(whole.out().contains("default/bea"), whole.out());
            assertFalse(whole.out().contains("planted"), whole.out());
        }
        try (var files = Files.list(elsewhere)) {
            for (var file : files.filter(f -> f.toString().endsWith(".gz")).toList()) {
                var content = unpacked(file);
                assertTrue(content.contains("default/ada"), content);
                assertFalse(content.contains("planted"), content);
            }
        }
    }

    @Test
    void a_file_that_is_named_gets_the_rounds_and_one_that_is_something_else_is_not_touched(TestDirs dirs)
            throws Exception {
        try (var product = new Product(dirs)) {
            product.write("ada.yaml", agent("ada", FakeAgent.argv("say:hello", "exit:0")));
            var file = dirs.root().resolve("case.jsonl.gz");
            // One round of what was just written may only look; the next goes on in the same file.
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                var once = product.say("run", "--once", "--record", file.toString());
                assertEquals(0, once.code(), once.all());
                return product.say("get", "agent", "ada").out().contains("Completed");
            });
            var said = product.say("replay", file.toString());
            assertEquals(0, said.code(), said.all());
            assertTrue(said.out().contains("start    default/ada  Created: run 1"), said.all());
            var other = Files.writeString(dirs.root().resolve("letter"), "dear ada\n");
            var refused = product.say("run", "--record", other.toString());
            assertEquals(1, refused.code(), refused.all());
            assertTrue(refused.err().contains("which is not written over; name another file"), refused.err());
            assertEquals("dear ada\n", Files.readString(other));
            assertFalse(Files.exists(dirs.state().resolve("recording")));
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.list(from)) {
            for (var file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    private static String unpacked(Path file) throws IOException {
        var text = new ByteArrayOutputStream();
        try (var in = new GZIPInputStream(new ByteArrayInputStream(Files.readAllBytes(file)))) {
            in.transferTo(text);
        } catch (EOFException e) {
            // Its daemon was killed.
            return text.toString(StandardCharsets.UTF_8);
        }
        return text.toString(StandardCharsets.UTF_8);
    }
}
