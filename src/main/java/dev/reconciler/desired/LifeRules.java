package dev.reconciler.desired;

import dev.reconciler.api.AgentSpec;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import tools.jackson.databind.JsonNode;

/// What the types alone cannot say of probes, activity, preStop and the model.
///
/// @param whole false for a part of a manifest: what only the whole can show is not judged
record LifeRules(Findings findings, Rules rules, Models models, boolean whole) {
    private static final List<String> SIGNS = List.of("awaitingInput", "working", "idle");

    /// Longer ones are not written by people, and cost time at every look.
    private static final int PATTERN_MAX = 4096;

    private static final int KEYS_MAX = 100;

    void check(JsonNode spec) {
        probe(spec.path("startupProbe"), "spec.startupProbe", true);
        probe(spec.path("readinessProbe"), "spec.readinessProbe", false);
        probe(spec.path("livenessProbe"), "spec.livenessProbe", true);
        SIGNS.forEach(sign -> pattern(spec.path("activity").path(sign), "spec.activity." + sign, false));
        preStop(spec.path("lifecycle").path("preStop"), "spec.lifecycle.preStop");
        model(spec);
    }

    private void probe(JsonNode probe, String path, boolean once) {
        if (!probe.isObject()) {
            return;
        }
        exactlyOne(path, List.of("exec", "screen", "output"));
        command(probe.path("exec"), path + ".exec");
        pattern(probe.path("screen").path("pattern"), path + ".screen.pattern", false);
        var successes = probe.path("successThreshold");
        if (once && successes.isNumber() && successes.longValue() > 1) {
            findings.add(path + ".successThreshold", Wording.invalid(successes.toString(), "must be 1"));
        }
    }

    /// Kubernetes' words for a handler.
    private void exactlyOne(String path, List<String> names) {
        var given = names.stream().filter(name -> findings.isWritten(path + "." + name)).toList();
        if (whole && given.isEmpty()) {
            findings.add(path, Wording.required("must specify a handler type: " + String.join(", ", names)));
        }
        given.stream()
                .skip(1)
                .forEach(name -> findings.add(path + "." + name,
                        Wording.forbidden("may not specify more than 1 handler type")));
    }

    private void command(JsonNode exec, String path) {
        var command = exec.path("command");
        if (command.isArray()
                && (command.isEmpty() || command.path(0).isString() && command.path(0).stringValue().isEmpty())) {
            findings.add(path + ".command", Wording.required("the program to run"));
        }
        rules.arguments(command, path + ".command");
    }

    private void pattern(JsonNode written, String path, boolean grouped) {
        if (!written.isString()) {
            return;
        }
        var text = written.stringValue();
        if (text.isEmpty() || text.length() > PATTERN_MAX) {
            findings.add(path, text.isEmpty()
                    ? Wording.invalid("\"\"", "must not be empty")
                    : Wording.tooLong(PATTERN_MAX));
            return;
        }
        try {
            int groups = Pattern.compile(text, Pattern.MULTILINE).matcher("").groupCount();
            if (grouped && groups != 1) {
                findings.add(path, Wording.invalid(Wording.quote(text),
                        "must have one group, around the name of the model, and has " + groups));
            }
        } catch (PatternSyntaxException e) {
            var where = e.getIndex() < 0 ? "" : " near character " + (e.getIndex() + 1);
            findings.add(path, Wording.invalid(Wording.quote(text),
                    "not a regular expression: " + e.getDescription() + where));
        }
    }

    private void preStop(JsonNode preStop, String path) {
        if (!preStop.isObject()) {
            return;
        }
        exactlyOne(path, List.of("exec", "sendKeys"));
        command(preStop.path("exec"), path + ".exec");
        var keys = preStop.path("sendKeys").path("keys");
        if (keys.isArray() && keys.isEmpty()) {
            findings.add(path + ".sendKeys.keys", Wording.required("at least one key"));
        }
        if (keys.size() > KEYS_MAX) {
            findings.add(path + ".sendKeys.keys", Wording.tooMany(keys.size(), KEYS_MAX));
        }
        for (int i = 0; i < keys.size(); i++) {
            var key = keys.path(i).asString("");
            if (key.isEmpty() || key.codePoints().anyMatch(Character::isISOControl)) {
                findings.add(path + ".sendKeys.keys[" + i + "]",
                        Wording.invalid(Wording.quote(key), "must be a key's name or printable text"));
            }
        }
    }

    /// A model that the program never hears of would be a promise nobody keeps.
    private void model(JsonNode spec) {
        var model = spec.path("model");
        boolean placed = has(spec.path("command")) || has(spec.path("args"));
        if (model.isString()) {
            var name = model.stringValue();
            if (name.isBlank() || name.codePoints().anyMatch(Character::isISOControl)) {
                findings.add("spec.model", Wording.invalid(Wording.quote(name), "must be the name of a model"));
            }
            if (models.allowed() != null && !models.allowed().contains(name)) {
                findings.add("spec.model", Wording.unsupported(name, models.allowed()) + " (models in config.yaml)");
            }
            if (whole && !placed) {
                findings.add("spec.model", Wording.forbidden("neither command nor args says where it goes: write "
                        + AgentSpec.MODEL + " there, such as args: [--model, " + AgentSpec.MODEL + "]"),
                        "spec.command", "spec.args");
            }
        } else if (whole && placed && model.isMissingNode()) {
            findings.add("spec.model", Wording.required(AgentSpec.MODEL + " stands for it in command or args"),
                    "spec.command", "spec.args");
        }
        pattern(spec.path("modelPattern"), "spec.modelPattern", true);
        if (whole && spec.path("modelPattern").isString() && !model.isString()) {
            findings.add("spec.modelPattern", Wording.forbidden("there is no spec.model to compare with"));
        }
    }

    private static boolean has(JsonNode words) {
        for (var word : words) {
            if (word.asString("").contains(AgentSpec.MODEL)) {
                return true;
            }
        }
        return false;
    }
}
