package dev.reconciler.desired;

import dev.reconciler.api.Agent;
import dev.reconciler.api.Names;
import dev.reconciler.api.Prompt;
import dev.reconciler.api.PromptText;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// What the types alone cannot say of a manifest: names, texts, and fields that depend on each other.
final class Rules {
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Set<String> RECONCILE_VALUES = Set.of("disabled", "enabled");

    /// Kubernetes' limit for all annotations of one object.
    private static final int ANNOTATIONS_MAX = 256 * 1024;

    /// Linux's MAX_ARG_STRLEN, without the final NUL: execve refuses a longer argument or `NAME=value`.
    private static final int ARGUMENT_MAX = 131_071;

    private static final int EXIT_CODES_MAX = 255;

    /// Kubernetes' limit for restart rules.
    private static final int RULES_MAX = 20;

    private final Findings findings;

    /// False for a part of a manifest: what only the whole can show is not judged.
    private final boolean whole;

    private Rules(Findings findings, boolean whole) {
        this.findings = findings;
        this.whole = whole;
    }

    /// @param manifest defaults filled in; parts of it may be missing because they were wrong already
    static void check(JsonNode manifest, Findings findings, Models models) {
        check(manifest, findings, models, true);
    }

    /// @param manifest what a Defaults says, or an agent whose Defaults are not known
    static void checkPart(JsonNode manifest, Findings findings, Models models) {
        check(manifest, findings, models, false);
    }

    private static void check(JsonNode manifest, Findings findings, Models models, boolean whole) {
        var rules = new Rules(findings, whole);
        rules.metadata(manifest.path("metadata"));
        rules.program(manifest.path("spec"));
        rules.environment(manifest.path("spec").path("env"));
        rules.restartRules(manifest.path("spec").path("restartPolicyRules"));
        rules.backoff(manifest.path("spec").path("backoff"));
        rules.prompt(manifest.path("spec").path("prompt"));
        new LifeRules(findings, rules, models, whole).check(manifest.path("spec"));
    }

    private void metadata(JsonNode metadata) {
        name(metadata.path("name"), "metadata.name");
        name(metadata.path("namespace"), "metadata.namespace");
        metadata.path("labels").forEachEntry((key, value) -> {
            var entry = "metadata.labels[" + Wording.key(key) + "]";
            key(entry, "metadata.labels", key);
            each(entry, text(value), Names.labelValueErrors(text(value)));
        });
        metadata.path("annotations").forEachEntry((key, value) -> annotation(key, text(value)));
        long size = metadata.path("annotations")
                .propertyStream()
                .mapToLong(e -> bytes(e.getKey()) + bytes(text(e.getValue())))
                .sum();
        if (size > ANNOTATIONS_MAX) {
            findings.add("metadata.annotations", Wording.tooLong(ANNOTATIONS_MAX));
        }
    }

    private void name(JsonNode name, String path) {
        if (name.isString()) {
            each(path, text(name), Names.labelErrors(text(name)));
        }
    }

    private void annotation(String key, String value) {
        var entry = "metadata.annotations[" + Wording.key(key) + "]";
        key(entry, "metadata.annotations", key);
        if (key.equals(Agent.RECONCILE) && !RECONCILE_VALUES.contains(value)) {
            findings.add(entry, Wording.unsupported(value, RECONCILE_VALUES));
        } else if (key.startsWith("reconciler.dev/") && !key.equals(Agent.RECONCILE)) {
            var hint = Wording.didYouMean(key, List.of(Agent.RECONCILE));
            findings.add(entry, Wording.forbidden("reconciler.dev/ annotations have a fixed meaning" + hint));
        }
    }

    private void key(String entry, String path, String key) {
        for (var error : Names.qualifiedErrors(key)) {
            findings.add(findings.of(entry), path, Wording.invalid(Wording.quote(key), error));
        }
    }

    private void each(String path, String value, List<String> errors) {
        errors.forEach(error -> findings.add(path, Wording.invalid(Wording.quote(value), error)));
    }

    private void program(JsonNode spec) {
        var command = spec.path("command");
        if (command.isArray() && command.isEmpty()) {
            findings.add("spec.command", Wording.required("the program to run"));
        }
        if (command.path(0).isString() && text(command.path(0)).isEmpty()) {
            findings.add("spec.command[0]", Wording.required("the program to run"));
        }
        arguments(command, "spec.command");
        arguments(spec.path("args"), "spec.args");
        file(spec.path("workingDirectory"), "spec.workingDirectory");
    }

    void arguments(JsonNode list, String path) {
        for (int i = 0; i < list.size(); i++) {
            argument(text(list.path(i)), 0, path + "[" + i + "]");
        }
    }

    /// @param extra bytes that the kernel counts with it
    private void argument(String text, long extra, String path) {
        if (text.indexOf('\0') >= 0) {
            findings.add(path, "Invalid value: must not contain NUL");
        }
        if (hasLoneSurrogate(text)) {
            findings.add(path, "Invalid value: must not contain half of a surrogate pair");
        }
        if (bytes(text) + extra > ARGUMENT_MAX) {
            findings.add(path, Wording.tooLong((int) (ARGUMENT_MAX - extra)));
        }
    }

    private void file(JsonNode name, String path) {
        if (name.isString()) {
            if (text(name).isEmpty()) {
                findings.add(path, Wording.invalid("\"\"", "must not be empty"));
            }
            argument(text(name), 0, path);
        }
    }

    private void environment(JsonNode env) {
        Map<String, Integer> first = new HashMap<>();
        for (int i = 0; i < env.size(); i++) {
            var path = "spec.env[" + i + "]";
            var variable = env.path(i);
            var name = variable.path("name");
            if (name.isString()) {
                variableName(text(name), path + ".name");
                if (first.putIfAbsent(text(name), i) != null) {
                    findings.add(path + ".name", Wording.duplicate(Wording.quote(text(name))));
                }
            }
            var value = variable.path("value");
            argument(text(value), bytes(text(name)) + 1, path + ".value");
            file(variable.path("valueFrom").path("file"), path + ".valueFrom.file");
            boolean given = findings.isWritten(path + ".value");
            boolean fetched = findings.isWritten(path + ".valueFrom");
            if (given && fetched) {
                findings.add(path + ".valueFrom", Wording.forbidden("may not be specified together with value"));
            } else if (!given && !fetched && variable.isObject()) {
                findings.add(path, Wording.required("one of value, valueFrom"));
            }
        }
    }

    private void variableName(String name, String path) {
        if (!VARIABLE.matcher(name).matches()) {
            findings.add(
                    path,
                    Wording.invalid(
                            Wording.quote(name),
                            "a valid C identifier must start with alphabetic character or '_', followed by a string of"
                                    + " alphanumeric characters or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName',"
                                    + " regex used for validation is '" + VARIABLE.pattern() + "')"));
        }
        if (name.startsWith("RECONCILER_")) {
            findings.add(path, Wording.forbidden("names that start with RECONCILER_ are set by the daemon"));
        }
    }

    private void restartRules(JsonNode rules) {
        if (rules.size() > RULES_MAX) {
            findings.add("spec.restartPolicyRules", Wording.tooMany(rules.size(), RULES_MAX));
        }
        for (int i = 0; i < rules.size(); i++) {
            var path = "spec.restartPolicyRules[" + i + "].exitCodes.values";
            var values = rules.path(i).path("exitCodes").path("values");
            if (values.isArray() && values.isEmpty()) {
                findings.add(path, Wording.required("at least one exit code"));
            }
            if (values.size() > EXIT_CODES_MAX) {
                findings.add(path, Wording.tooMany(values.size(), EXIT_CODES_MAX));
            }
            var seen = new HashSet<JsonNode>();
            for (int j = 0; j < values.size(); j++) {
                if (values.path(j).isNumber() && !seen.add(values.path(j))) {
                    findings.add(path + "[" + j + "]", Wording.duplicate(values.path(j).toString()));
                }
            }
        }
    }

    private void backoff(JsonNode backoff) {
        var initial = backoff.path("initialSeconds");
        var max = backoff.path("maxSeconds");
        if (whole && initial.isNumber() && max.isNumber() && initial.longValue() > max.longValue()) {
            findings.add(
                    "spec.backoff.maxSeconds",
                    Wording.invalid(
                            max.toString(), "must be greater than or equal to initialSeconds (" + initial + ")"),
                    "spec.backoff.initialSeconds");
        }
    }

    private void prompt(JsonNode prompt) {
        if (!prompt.isObject()) {
            return;
        }
        boolean text = findings.isWritten("spec.prompt.text");
        if (text && findings.isWritten("spec.prompt.file")) {
            findings.add("spec.prompt.file", Wording.forbidden("may not be specified together with text"));
        } else if (whole && !text && !findings.isWritten("spec.prompt.file")) {
            findings.add("spec.prompt", Wording.required("one of text, file"));
        }
        file(prompt.path("file"), "spec.prompt.file");
        if (!prompt.path("text").isString()) {
            return;
        }
        var plain = PromptText.plain(text(prompt.path("text")));
        var trouble = PromptText.trouble(plain);
        if (trouble != null) {
            findings.add("spec.prompt.text", "Invalid value: " + trouble);
        } else if (whole && text(prompt.path("delivery")).equals(Prompt.Means.Argument.name())
                && bytes(plain) > ARGUMENT_MAX) {
            findings.add("spec.prompt.text", Wording.tooLong(ARGUMENT_MAX) + "; use delivery Paste or File",
                    "spec.prompt.delivery");
        }
    }

    private static boolean hasLoneSurrogate(String text) {
        return text.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }

    private static String text(JsonNode node) {
        return node.isString() ? node.stringValue() : "";
    }

    private static long bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
