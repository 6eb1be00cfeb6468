package dev.reconciler.cli;

import java.util.List;

/// All verbs, in the order of the help text.
final class Verbs {
    static final List<String> NAMES = List.of(
            "run", "status", "get", "describe", "diff", "validate", "init", "apply", "delete", "logs", "attach",
            "screen",
            "send", "done", "heartbeat", "rollout", "events", "replay", "wait", "approve", "source", "rescue", "gc",
            "service",
            "explain",
            "doctor",
            "version",
            "completion",
            CompleteVerb.NAME, PagesVerb.NAME, "help");

    private Verbs() {}

    /// Those that people type.
    static List<String> shown() {
        return NAMES.stream().filter(name -> !name.startsWith("__")).toList();
    }

    static Verb create(String name, Engine engine) {
        return switch (name) {
            case "run" -> new RunVerb(engine);
            case "status" -> new StatusVerb();
            case "get" -> new GetVerb();
            case "describe" -> new DescribeVerb();
            case "diff" -> new DiffVerb();
            case "screen" -> new ScreenVerb();
            case "attach" -> new AttachVerb();
            case "send" -> new SendVerb();
            case "done" -> new DoneVerb();
            case "heartbeat" -> new HeartbeatVerb();
            case "rollout" -> new RolloutVerb();
            case "events" -> new EventsVerb();
            case "replay" -> new ReplayVerb();
            case "wait" -> new WaitVerb();
            case "approve" -> new ApproveVerb();
            case "source" -> new SourceVerb();
            case "rescue" -> new RescueVerb();
            case "gc" -> new GcVerb();
            case "validate" -> new ValidateVerb();
            case "init" -> new InitVerb();
            case "apply" -> new ApplyVerb();
            case "delete" -> new DeleteVerb();
            case "logs" -> new LogsVerb();
            case "service" -> new ServiceVerb();
            case "explain" -> new ExplainVerb();
            case "completion" -> new CompletionVerb();
            case CompleteVerb.NAME -> new CompleteVerb(engine);
            case PagesVerb.NAME -> new PagesVerb(engine);
            case "doctor" -> new DoctorVerb();
            case "version" -> new VersionVerb();
            case "help" -> new HelpVerb(new Shell(engine));
            default -> throw new IllegalArgumentException(name);
        };
    }
}
