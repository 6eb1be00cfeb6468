package dev.reconciler.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The manual pages say what `--help` says, and man reads them without a complaint.
class PagesVerbTest {
    @TempDir
    private Path share;

    @BeforeEach
    void write() {
        var call = new FakeCall(Worlds.healthy());
        assertEquals(0, call.run("__pages", share.toString()), call.said());
    }

    @Test
    void there_is_one_page_for_each_verb_and_one_for_the_program() throws IOException {
        var wanted = new TreeSet<>(Verbs.shown().stream().map(v -> "reconciler-" + v + ".1").toList());
        wanted.add("reconciler.1");
        try (var pages = Files.list(share.resolve("man/man1"))) {
            assertEquals(wanted, new TreeSet<>(pages.map(p -> p.getFileName().toString()).toList()));
        }
        var whole = Files.readString(share.resolve("man/man1/reconciler.1"));
        for (var verb : Verbs.shown()) {
            assertTrue(whole.contains("\n.B " + verb + "\n") && whole.contains("reconciler\\-" + verb + " (1)"), verb);
        }
        assertFalse(whole.contains("__"), whole);
    }

    @Test
    void every_option_and_example_of_the_help_text_is_on_the_page() throws Exception {
        for (var verb : Verbs.shown()) {
            var help = new FakeCall(Worlds.healthy());
            help.run(verb, "--help");
            var page = shown(share.resolve("man/man1/reconciler-" + verb + ".1"));
            for (var line : help.printed().lines().toList()) {
                var example = line.strip();
                if (example.startsWith("reconciler ") && !line.startsWith("Usage")) {
                    assertTrue(page.contains(example), verb + " lacks: " + example + "\n" + page);
                }
                var option = line.replaceFirst("^ +(-., +)?(--[a-z-]+).*$", "$2");
                if (option.startsWith("--")) {
                    assertTrue(page.contains(option), verb + " lacks: " + option + "\n" + page);
                }
            }
        }
    }

    /// As a person sees it, on a terminal wide enough not to break lines.
    private static String shown(Path page) throws IOException, InterruptedException {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/groff")), "groff is not installed");
        var process = new ProcessBuilder(
                "groff", "-man", "-ww", "-rLL=300n", "-Tutf8", "-P-cbou", page.toString())
                .redirectErrorStream(true)
                .start();
        var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor());
        assertFalse(text.contains("warning:") || text.contains("error:"), page + ": " + text);
        // groff draws hyphens and quotes in the typographer's way.
        return text.replace('‐', '-').replace('−', '-').replace('’', '\'').replace('‘', '`');
    }

    @Test
    void completion_scripts_lie_where_the_shells_look() throws IOException {
        for (var file : new String[] {
            "bash-completion/completions/reconciler", "zsh/site-functions/_reconciler",
            "fish/vendor_completions.d/reconciler.fish"
        }) {
            assertTrue(Files.readString(share.resolve(file)).contains("__complete"), file);
        }
    }
}
