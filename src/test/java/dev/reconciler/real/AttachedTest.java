package dev.reconciler.real;

import static dev.reconciler.real.Product.agent;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A person in an agent's session, in a terminal of their own.
@RealTest
class AttachedTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String ATTACH = Product.LAUNCHER + " attach ";
    private static final List<String> TELLS = List.of("sh", "-c", "echo \"run $$\"; exec sleep 600");

    /// Pid and session of each client that is not the daemon.
    private static List<String> clients(Product product) throws Exception {
        return product.tmux(product.socket("default"), "list-clients", "-F", "#{client_pid} #{session_name}")
                .lines()
                .filter(client -> !client.endsWith(" _holder"))
                .toList();
    }

    private static String onlyClient(Product product) throws Exception {
        var clients = clients(product);
        assertEquals(1, clients.size(), clients.toString());
        return clients.getFirst();
    }

    @Test
    void a_person_stays_attached_over_a_crash_and_a_rollout(TestDirs dirs) throws Exception {
        try (var product = new Product(dirs).start(); var window = new Window(dirs, 80, 24)) {
            product.write("ada.yaml", agent("ada", TELLS));
            long first = product.awaitPhase("ada", "Running");
            window.type("exec " + ATTACH + "ada");
            window.awaitText("run " + first);
            var attached = onlyClient(product);
            assertTrue(attached.endsWith(" ada"), attached);
            Product.kill(first);
            long second = product.awaitNew("ada", first);
            window.awaitText("run " + second);
            assertEquals(attached, onlyClient(product), "after a crash");
            var said = product.say("rollout", "restart", "agent", "ada");
            assertEquals(0, said.code(), said.all());
            window.awaitText("run " + product.awaitNew("ada", second));
            assertEquals(attached, onlyClient(product), "after a rollout");
        }
    }

    @Test
    void inside_a_persons_own_tmux_it_is_nested_and_a_second_prefix_leads_out(TestDirs dirs) throws Exception {
        var own = dirs.work().resolve("own");
        try (var product = new Product(dirs).start(); var window = new Window(dirs, 130, 24)) {
            product.write("ada.yaml", agent("ada", TELLS));
            long ada = product.awaitPhase("ada", "Running");
            window.type("exec tmux -f /dev/null -S " + own + " new-session sh");
            await("their tmux").atMost(PATIENCE)
                    .until(() -> product.tmux(own, "list-clients", "-F", "#{session_name}").equals("0"));
            long shell = Long.parseLong(product.tmux(own, "display-message", "-p", "#{pane_pid}"));
            window.type("echo in $TMUX; " + ATTACH + "ada; echo left with $?");
            window.awaitText("run " + ada);
            assertTrue(onlyClient(product).endsWith(" ada"), onlyClient(product));
            var inside = Window.programs(shell);
            assertTrue(inside.toString().matches("\\[sh, \\w+: client\\]"), inside.toString());
            for (var key : List.of("C-b", "C-b", "d")) {
                window.press(key);
            }
            window.awaitText("left with 0");
            assertTrue(window.text().contains("in " + own + ","), window.text());
            assertTrue(window.text().contains("nested in your own tmux"), window.text());
            assertEquals(List.of("sh"), Window.programs(shell));
            assertEquals(List.of(), clients(product));
            assertEquals(ada, product.pid("ada"));
        }
    }

    @Test
    void inside_the_session_of_one_agent_it_leads_to_that_of_another(TestDirs dirs) throws Exception {
        try (var product = new Product(dirs).start(); var window = new Window(dirs, 130, 24)) {
            product.write("ada.yaml", agent("ada", List.of("sh", "-i"), "grants: [StopOthers]"));
            product.write("bob.yaml", agent("bob", TELLS));
            product.awaitPhase("ada", "Running");
            long bob = product.awaitPhase("bob", "Running");
            window.type("exec " + ATTACH + "ada");
            await("a person").atMost(PATIENCE).until(() -> !clients(product).isEmpty());
            var attached = onlyClient(product);
            assertTrue(attached.endsWith(" ada"), attached);
            window.type(ATTACH + "bob");
            window.awaitText("run " + bob);
            assertEquals(attached.replace("ada", "bob"), onlyClient(product));
        }
    }
}
