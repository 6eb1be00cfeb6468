package dev.reconciler.observed;

import java.util.Arrays;
import dev.reconciler.api.Vitals;
import dev.reconciler.api.Activity;
import dev.reconciler.api.Done;
import dev.reconciler.api.Moment;
import dev.reconciler.api.RunId;
import dev.reconciler.api.Vitals.DoneFile;
import dev.reconciler.host.RunFiles;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What the text of a done file means: `{"status": "succeeded"|"failed", "message": …, "result": …, "runId": …}`, all but
/// the status optional. Pure.
public final class DoneFiles {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    private DoneFiles() {}

    /// @param text null when there is no file
    /// @param now both for what it says and for how long something wrong has been there
    public static DoneFile read(RunFiles.@Nullable Text text, RunId run, Moment now) {
        return switch (text) {
            case null -> new DoneFile.None();
            case RunFiles.Text.Unusable(var why) -> new DoneFile.Wrong(why, now);
            case RunFiles.Text.Content(var content) -> read(content, run, now);
        };
    }

    private static DoneFile read(String content, RunId run, Moment now) {
        if (content.isBlank()) {
            return new DoneFile.Wrong("its done file is empty", now);
        }
        JsonNode json;
        try {
            json = JSON.readTree(content);
        } catch (JacksonException e) {
            return new DoneFile.Wrong("its done file is not JSON, or only half of it", now);
        }
        if (!json.isObject()) {
            return new DoneFile.Wrong("its done file is not a JSON object", now);
        }
        var whose = json.path("runId");
        if (!whose.isMissingNode() && !whose.asString("").equals(run.toString())) {
            return new DoneFile.Wrong("its done file is of another run", now);
        }
        return switch (json.path("status").asString("")) {
            case "succeeded" -> said(json, run, true, now);
            case "failed" -> said(json, run, false, now);
            default ->
                    new DoneFile.Wrong(
                            "its done file has no status: supported values are \"succeeded\", \"failed\"", now);
        };
    }

    /// What an agent says with its heartbeat: any text is a sign of life, a JSON object may hold a message and what it
    /// does.
    static Vitals.Beat beat(RunFiles.@Nullable Text text, Moment now) {
        if (!(text instanceof RunFiles.Text.Content(var content)) || !content.startsWith("{")) {
            return new Vitals.Beat(now, "");
        }
        try {
            var json = JSON.readTree(content);
            return new Vitals.Beat(now, json.path("message").asString(""),
                    activity(json.path("activity").asString("")));
        } catch (JacksonException e) {
            return new Vitals.Beat(now, "");
        }
    }

    private static @Nullable Activity activity(String said) {
        return Arrays.stream(Activity.values()).filter(a -> a.name().equals(said)).findFirst().orElse(null);
    }

    private static DoneFile said(JsonNode json, RunId run, boolean succeeded, Moment now) {
        var result = json.path("result");
        return new DoneFile.Said(new Done(
                run, succeeded, json.path("message").asString(""),
                result.isMissingNode() || result.isNull() ? null : result.toString(), now));
    }
}
