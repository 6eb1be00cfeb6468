package dev.reconciler.desired;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExplainTest {
    private static String text(String path) {
        return assertInstanceOf(Explain.Answer.Found.class, Explain.of(path)).text();
    }

    @Test
    void a_resource_is_explained_as_kubectl_does() {
        assertEquals(
                """
                        KIND:     Agent
                        VERSION:  reconciler.dev/v1alpha1

                        DESCRIPTION:
                             One agent: one program in one tmux session.

                        FIELDS:
                           apiVersion	<string> -required-
                             The version of this schema: reconciler.dev/v1alpha1.

                           kind	<string> -required-
                             What is described: Agent.

                           metadata	<Object> -required-
                             What it is called and how it is found.

                           spec	<Object> -required-
                             What runs, where, and what happens when it ends.
                        """,
                text("agent"));
        assertEquals(text("agent"), text("Agents"));
    }

    @Test
    void an_object_lists_its_fields() {
        assertEquals(
                """
                        KIND:     Agent
                        VERSION:  reconciler.dev/v1alpha1

                        RESOURCE: backoff <Object>

                        DESCRIPTION:
                             How long to wait between restarts.
                             First restart at once, then after initialSeconds, doubled each time up to
                             maxSeconds.

                        FIELDS:
                           initialSeconds	<integer>
                             First delay. From 1 to 300. Default: 10.

                           maxSeconds	<integer>
                             Longest delay. From 1 to 300. Default: 300.

                           resetAfterSeconds	<integer>
                             A run at least this long was healthy and resets the delay. From 1 to 86400.
                             Default: 600.
                        """,
                text("agent.spec.backoff"));
    }

    @Test
    void a_leaf_is_explained_alone() {
        assertEquals(
                """
                        KIND:     Agent
                        VERSION:  reconciler.dev/v1alpha1

                        FIELD:    restartPolicy <string>

                        DESCRIPTION:
                             What to do when the program ends by itself. One of Always, Never,
                             OnFailure. Default: OnFailure.
                        """,
                text("agent.spec.restartPolicy"));
        assertTrue(text("agent.spec.logs.maxBytes").contains("Default: 10Mi."));
        assertTrue(text("agent.spec.restartPolicyRules.exitCodes.values").contains("<[]integer> -required-"));
        assertTrue(text("agent.metadata.labels").contains("<map[string]string>"));
        assertTrue(text("agent.spec.env").contains("RESOURCE: env <[]Object>"));
        assertTrue(text("agent.spec.workingDirectory").contains("Default: ~."));
    }

    @Test
    void defaults_are_explained_with_their_rule_and_require_nothing_of_an_agent() {
        assertEquals(
                """
                        KIND:     Defaults
                        VERSION:  reconciler.dev/v1alpha1

                        DESCRIPTION:
                             What the agents of its folder and of the folders below leave out. An
                             agent's own value wins, and a nearer folder's over a farther one's: objects
                             merge field by field, labels and annotations by key, env by name; any other
                             list is taken whole, and null leaves a field unset.

                        FIELDS:
                           apiVersion	<string> -required-
                             The version of this schema: reconciler.dev/v1alpha1.

                           kind	<string> -required-
                             What is described: Defaults.

                           metadata	<Object>
                             What the metadata of its agents leaves out. A Defaults has neither name nor
                             namespace, and gives none.

                           spec	<Object>
                             What the spec of its agents leaves out: any of its fields.
                        """,
                text("defaults"));
        assertTrue(text("defaults.spec").contains("   command\t<[]string>\n"));
        assertTrue(text("agent.spec").contains("   command\t<[]string> -required-\n"));
        assertTrue(text("defaults.spec.env").startsWith("KIND:     Defaults"));
    }

    @Test
    void no_line_is_wider_than_a_terminal() {
        for (var path : new String[] {"agent", "agent.spec", "agent.metadata", "agent.spec.env", "agent.spec.logs"}) {
            assertFalse(text(path).lines().anyMatch(line -> line.length() > 80), path);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "agent.spec.logs.kep, 'error: field \"kep\" does not exist in \"agent.spec.logs.kep\"; did you mean \"keep\"?'",
        "agent.backoff, 'error: field \"backoff\" does not exist in \"agent.backoff\"; did you mean \"spec.backoff\"?'",
        "agent.spec.backoff.maxSeconds.x, 'error: field \"x\" does not exist in \"agent.spec.backoff.maxSeconds.x\"'",
        "agent., 'error: field \"\" does not exist in \"agent.\"'",
        "agnet, 'error: the server doesn''t have a resource type \"agnet\"; did you mean \"agent\"?'",
        "pods, 'error: the server doesn''t have a resource type \"pods\"'",
    })
    void an_unknown_path_says_what_was_probably_meant(String path, String message) {
        assertEquals(new Explain.Answer.NotFound(message), Explain.of(path));
    }
}
