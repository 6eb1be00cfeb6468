package dev.reconciler.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
    private static List<String> row(String... cells) {
        return Arrays.asList(cells);
    }

    @Test
    void an_empty_last_cell_leaves_the_spaces_before_it_as_kubectl_does() {
        assertEquals(
                """
                        NAME    AGENT    READY
                        demo    codex   \s
                        demo2   claude  \s
                        """,
                new Table(List.of("NAME", "AGENT", "READY"))
                        .print(List.of(row("demo", "codex", ""), row("demo2", "claude", "")), true));
    }

    @Test
    void an_absent_cell_is_none() {
        assertEquals(
                """
                        NAME   AGENT   GEN   NONE
                        demo   codex   2     <none>
                        """,
                new Table(List.of("NAME", "AGENT", "GEN", "NONE")).print(List.of(row("demo", "codex", "2", null)),
                        true));
    }

    @Test
    void without_headers_only_the_rows_count() {
        assertEquals(
                "s0    0/1   Pending   67s\n",
                new Table(List.of("NAME", "READY", "STATUS", "AGE"))
                        .print(List.of(row("s0", "0/1", "Pending", "67s")), false));
    }

    @Test
    void lines_of_a_watch_stand_below_the_earlier_ones() {
        var table = new Table(List.of("NAME", "STATUS"));
        table.print(List.of(row("worker-site", "Pending")), true);
        assertEquals("ada           Running\n", table.print(List.of(row("ada", "Running")), false));
    }

    @Test
    void only_the_first_line_of_a_cell_is_shown_and_nothing_drives_the_terminal() {
        assertEquals(
                """
                        NAME   MESSAGE
                        a      one...
                        b      ^[[31mred^G^?
                        """,
                new Table(List.of("NAME", "MESSAGE"))
                        .print(List.of(row("a", "one\ntwo"), row("b", "\u001b[31mred\u0007\u007f")), true));
    }

    @Test
    void wide_and_combining_characters_keep_the_columns_straight() {
        assertEquals(3, Table.width("ada"));
        assertEquals(4, Table.width("日本"));
        assertEquals(2, Table.width("\uD83D\uDE80"));
        assertEquals(1, Table.width("e\u0301"));
        assertEquals(
                """
                        NAME   AGE
                        日本   1s
                        e\u0301      2s
                        """,
                new Table(List.of("NAME", "AGE")).print(List.of(row("日本", "1s"), row("e\u0301", "2s")), true));
    }

    @Test
    void a_section_of_describe_is_indented_and_ruled_with_dashes() {
        assertEquals(
                """
                          Type    Reason   Message
                          ----    ------   -------
                          Normal  Started  <none>
                        """,
                Table.section(List.of("Type", "Reason", "Message"), List.of(row("Normal", "Started", null)), 2));
    }

    @Test
    void a_row_of_another_length_is_a_mistake_of_ours() {
        assertThrows(
                IllegalArgumentException.class, () -> new Table(List.of("NAME")).print(List.of(row("a", "b")), true));
    }
}
