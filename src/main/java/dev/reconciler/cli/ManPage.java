package dev.reconciler.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/// A manual page in man(7)'s language, of what picocli knows about a verb: what `--help` prints comes from the same
/// place. Same verb, same bytes: no date is in it.
final class ManPage {
    private static final String EXAMPLES = "Examples:";
    private static final String EXIT_CODES = "Exit codes";

    private final StringBuilder page = new StringBuilder();
    private final CommandSpec spec;

    private ManPage(CommandSpec spec) {
        this.spec = spec;
    }

    /// Its name, without the section.
    static String name(CommandSpec spec) {
        return spec.qualifiedName("-");
    }

    /// @param root the program or, below it, a verb
    /// @param version of the program
    static String of(CommandSpec root, String version) {
        return new ManPage(root).print(version);
    }

    private String print(String version) {
        var footer = paragraphs(spec.usageMessage().footer());
        var description = List.of(spec.usageMessage().description());
        line(".TH " + quoted(name(spec).toUpperCase(java.util.Locale.ROOT)) + " 1 \"\" " + quoted(
                "reconciler " + version) + " \"User Commands\"");
        section("NAME");
        line(escaped(name(spec)) + " \\- " + escaped(purpose(String.join(" ", description))));
        section("SYNOPSIS");
        synopsis();
        section("DESCRIPTION");
        text(description);
        for (var paragraph : footer) {
            if (!special(paragraph)) {
                prose(paragraph);
            }
        }
        verbs();
        arguments();
        for (var paragraph : footer) {
            if (paragraph.getFirst().startsWith(EXIT_CODES)) {
                section("EXIT STATUS");
                text(paragraph);
            }
        }
        for (var paragraph : footer) {
            if (paragraph.getFirst().equals(EXAMPLES)) {
                section("EXAMPLES");
                literal(paragraph.subList(1, paragraph.size()));
            }
        }
        section("SEE ALSO");
        line(spec.parent() == null
                ? String.join(",\n", spec.subcommands()
                        .values()
                        .stream()
                        .filter(c -> !hidden(c.getCommandSpec()))
                        .map(c -> reference(c.getCommandSpec()))
                        .toList()) + ",\n.BR tmux (1)"
                : reference(spec.root()));
        return page.toString();
    }

    static boolean hidden(CommandSpec spec) {
        return spec.usageMessage().hidden();
    }

    private void synopsis() {
        line(".B " + escaped(spec.qualifiedName(" ")));
        if (spec.parent() == null) {
            line("\\fIVERB\\fR [\\fIOPTIONS\\fR]");
            return;
        }
        var words = new ArrayList<String>();
        if (spec.options().stream().anyMatch(o -> !o.hidden())) {
            words.add("[\\fIOPTIONS\\fR]");
        }
        spec.positionalParameters().stream().filter(p -> !p.hidden()).forEach(p -> words.add(escaped(p.paramLabel())));
        line(String.join(" ", words));
    }

    private void verbs() {
        if (spec.parent() != null) {
            return;
        }
        section("VERBS");
        spec.subcommands().values().forEach(command -> {
            var verb = command.getCommandSpec();
            if (!hidden(verb)) {
                line(".TP");
                line(".B " + escaped(verb.name()));
                text(List.of(verb.usageMessage().description()));
            }
        });
    }

    private void arguments() {
        var shown = new ArrayList<ArgSpec>();
        spec.positionalParameters().stream().filter(p -> !p.hidden()).forEach(shown::add);
        spec.options().stream().filter(o -> !o.hidden()).forEach(shown::add);
        if (shown.isEmpty()) {
            return;
        }
        section("OPTIONS");
        for (var argument : shown) {
            line(".TP");
            line(label(argument));
            text(List.of(argument.description()));
        }
    }

    private static String label(ArgSpec argument) {
        if (!(argument instanceof picocli.CommandLine.Model.OptionSpec option)) {
            return "\\fI" + escaped(argument.paramLabel()) + "\\fR";
        }
        var names = new ArrayList<String>();
        for (var name : option.names()) {
            names.add("\\fB" + escaped(name) + "\\fR");
        }
        return String.join(", ", names)
                + (option.arity().max() == 0 ? "" : "=\\fI" + escaped(option.paramLabel()) + "\\fR");
    }

    private static boolean special(List<String> paragraph) {
        return paragraph.getFirst().equals(EXAMPLES) || paragraph.getFirst().startsWith(EXIT_CODES);
    }

    /// Lines that stand as they are, when they are indented: lists.
    private void prose(List<String> paragraph) {
        line(".PP");
        if (paragraph.stream().anyMatch(l -> l.startsWith("  "))) {
            text(paragraph.stream().filter(l -> !l.startsWith("  ")).toList());
            literal(paragraph.stream().filter(l -> l.startsWith("  ")).toList());
        } else {
            text(paragraph);
        }
    }

    private static List<List<String>> paragraphs(String... lines) {
        var all = new ArrayList<List<String>>();
        var paragraph = new ArrayList<String>();
        for (var text : lines) {
            if (!text.isEmpty()) {
                paragraph.add(text);
            } else if (!paragraph.isEmpty()) {
                all.add(List.copyOf(paragraph));
                paragraph.clear();
            }
        }
        if (!paragraph.isEmpty()) {
            all.add(List.copyOf(paragraph));
        }
        return all;
    }

    /// What `whatis` shows: one clause, without its full stop.
    private static String purpose(String sentence) {
        return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
    }

    private static String reference(CommandSpec spec) {
        return ".BR " + escaped(name(spec)) + " (1)";
    }

    private void section(String title) {
        line(".SH " + title);
    }

    private void text(List<String> lines) {
        lines.forEach(l -> line(escaped(l)));
    }

    private void literal(List<String> lines) {
        line(".nf");
        text(lines);
        line(".fi");
    }

    private void line(String line) {
        page.append(line).append('\n');
    }

    private static String quoted(String text) {
        return '"' + text.replace("\"", "\\(dq") + '"';
    }

    /// As text that roff shows as it is.
    private static String escaped(String text) {
        // picocli's texts are formats.
        var safe = text.replace("%%", "%")
                .replace("\\", "\\e")
                .replace("-", "\\-")
                .replace("`", "\\(ga")
                .replace("'", "\\(aq");
        return safe.startsWith(".") ? "\\&" + safe : safe;
    }
}
