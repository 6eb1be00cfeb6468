package dev.reconciler.api;

/// Why something is as it is, or was done: the one enum behind conditions, events, plans and `status`. Each carries
/// what it means and what to do, which the README's troubleshooting table prints.
public enum Reason {
    Running("The program runs as the folder says.", "Nothing."),
    Starting("A new run was asked for and is not seen yet.", "Nothing; it is looked at again at once."),
    Suspended("`spec.suspend` is true.", "Set it to false, or remove it, to start a new run."),
    Completed("The program ended with success and its restart policy says that is all.",
            "Edit the spec or `reconciler rollout restart agent NAME` for a new run."),
    Failed("The program ended with a failure and its restart policy says that is all.",
            "`reconciler logs NAME`, then edit the spec or `reconciler rollout restart agent NAME`."),
    BackoffLimitExceeded("It failed more often than `spec.backoffLimit` allows.",
            "`reconciler logs NAME`, then edit the spec or `reconciler rollout restart agent NAME`."),
    DeadlineExceeded("A run reached `spec.activeDeadlineSeconds`.",
            "Raise the deadline, or `reconciler rollout restart agent NAME` for a new run."),
    CrashLoopBackOff("It keeps ending; the next restart waits.",
            "`reconciler logs NAME --previous`; `reconciler rollout restart agent NAME` restarts it now."),
    ReconcileDisabled("The annotation `reconciler.dev/reconcile: disabled` says: leave it alone.",
            "Remove the annotation."),
    ObservationIncomplete("The machine could not be looked at completely, so nothing is done to it.",
            "`reconciler status` names what could not be seen; it is tried again every second or two."),
    OtherSource("The session belongs to another manifests folder.",
            "Run that folder's daemon, or stop the session yourself."),
    NameTaken("A session of that name exists that is not ours.", "Rename that session or this agent."),
    SourceNotReady(
            "The manifests folder could not be read completely, or is empty or still changing, so nothing is removed or replaced.",
            "Repair what `reconciler status` names (file:line:column)."),
    ApprovalNeeded("Too much of the fleet would stop at once.",
            "`reconciler diff` to see it, `reconciler approve` to allow exactly that."),
    PendingDeletion("Its manifest is gone; it stops when the hold-down ends.", "Put the manifest back to keep it."),
    RestartPending("The spec changed; `spec.updateStrategy` says the running program is replaced later.",
            "`reconciler rollout restart agent NAME` replaces it now."),
    ReplacementWouldFail("The changed spec could not be started, so the running program stays.",
            "Create the directory, program or file that the message names."),
    StartWouldFail("It cannot be started: directory, program or file is missing.", "Create what the message names."),
    StartFailed("tmux refused to start it; tried again with back-off.",
            "Read the message; `reconciler describe agent NAME` shows each attempt."),
    SpecInvalid("Its manifest cannot be read and there is no last good version.", "`reconciler validate PATH`."),
    WaitingForPredecessor("Another agent that is going away still works in the same directory.",
            "Wait until it is gone, or give this one another directory."),
    WaitingForServer("Its namespace's tmux server is being started or reached.",
            "Nothing; if it lasts, `reconciler status` says why."),
    RescueFailed("Its tmux server lives without a socket and could not be made reachable; tried again with back-off.",
            "`reconciler describe agent NAME` shows the evidence; nothing is lost while the server lives."),
    Terminating("It was asked to end; its grace period runs.",
            "Nothing; the whole tree is killed when the grace period ends."),
    KillFailed("Processes survive KILL (usually in uninterruptible I/O); tried again with back-off.",
            "Look at the listed processes; a new run waits until they are gone."),
    NotReady("The program runs and is not ready: a probe has not passed, or nothing shows that it takes its prompt.",
            "Nothing, if it is starting; the message says what is waited for. `reconciler screen NAME` shows it."),
    Unhealthy("It failed its liveness or startup probe, or gave no sign of life; counts as a failure.",
            "`reconciler logs NAME --previous` and `reconciler events` show what it did last."),
    ModelMismatch("The program says that it works with another model than `spec.model`.",
            "`reconciler screen NAME`; correct the spec or the program's own settings."),
    ShutdownOverdue("It was asked to end in its own way, which worked, and runs on; TERM was sent, KILL follows.",
            "Nothing; raise `spec.terminationGracePeriodSeconds` if it needs longer."),
    PreStopFailed("Its preStop did not work; TERM was sent at once.",
            "Correct `spec.lifecycle.preStop`; the message says why."),
    SpecRemoved("Its manifest is gone and the hold-down is over.", "Put the manifest back for a new agent."),
    SpecChanged("Its spec changed.", "Nothing."),
    Deleted("A person said `reconciler delete`.", "Apply its manifest again for a new agent."),
    RolloutRestart("A person said `reconciler rollout restart`.", "Nothing."),
    SessionLost("Its session or server went away without the daemon's doing; counts as a failure.",
            "`reconciler events` shows when; tmux or a person ended it."),
    Duplicate("A second run of the same agent was found; one of them is ended.",
            "`reconciler describe agent NAME` shows which."),
    Leftovers("The main process is gone; what it left behind is ended before anything else.", "Nothing."),
    Created("First run of a new agent.", "Nothing."),
    Restarted("A new run after the last one ended.", "Nothing."),
    Rebooted("The machine was rebooted; unfinished agents get a fresh run.", "Nothing."),
    Resumed("It was suspended and is wanted again.", "Nothing."),
    Adopted("A session with our mark was found running and taken over as it is.", "Nothing."),
    Restamped("The mark on its pane was renewed; the program was not touched.", "Nothing."),
    Expired("`spec.ttlSecondsAfterFinished` is over; the finished session was removed.", "Nothing; logs stay."),
    Ghost("Its tmux server lives but its socket is gone.", "Nothing; it is rescued."),
    Started("A run was started.", "Nothing."),
    Terminated("A run was ended and nothing of it is left.", "Nothing."),
    Killed("A run did not end within its grace period; its whole tree was killed.",
            "Raise `spec.terminationGracePeriodSeconds` if it needs longer."),
    TeardownVerified("Nothing of an ended run is left.", "Nothing."),
    SessionKeptForUser("A person has panes in the agent's session: the session stays.", "Close it when you are done."),
    LogGap("The log pipe broke and was opened again.", "Look at the disk: a full one ends the pipe."),
    StateDamaged("A state file could not be understood and was set aside.",
            "The world was read instead; look at the `.corrupt` file."),
    StateUnwritten("State could not be written; supervision goes on.", "Free space in the state directory."),
    Rescued("A tmux server without a socket was made reachable again.", "Nothing; find out what removes sockets."),
    Done("It said that it is done, and is ended as `spec.completion.onDone` says.", "Nothing."),
    DoneFileInvalid("Its done file holds something that does not count: half-written, not JSON, or of another run.",
            "Write the file aside and rename it, or use `reconciler done`; the message says what is wrong."),
    HeartbeatLate("It gave no sign of life for `spec.heartbeat.timeoutSeconds`; its grace period runs.",
            "`reconciler screen NAME`; raise the timeout if it is only busy."),
    HeartbeatResumed("It gave a sign of life again.", "Nothing."),
    WaitingForReady("A text waits until the program is ready for it.",
            "Nothing; `reconciler screen NAME` shows what it does."),
    Typed("A text stands in the program's input; Enter follows.", "Nothing."),
    Submitted("A text was typed, and the program took it.", "Nothing."),
    DraftInTheWay("Somebody's half-typed input stood in the way; nothing was typed.",
            "Submit or clear it, then `reconciler send NAME`."),
    NotSubmitted("A text was typed, but Enter had no effect that can be seen.",
            "`reconciler attach NAME`, and press Enter yourself."),
    DeliveryUnknown("Whether the program took a text cannot be told.",
            "`reconciler screen NAME` before it is sent again."),
    Working("The agent works.", "Nothing."),
    AwaitingInput("The agent waits for a person's answer.", "`reconciler attach NAME`."),
    Idle("The agent waits for work.", "Nothing."),
    ActivityUnknown("What the agent does cannot be told.", "`reconciler screen NAME`; see `spec.activity`."),
    Vacant("No agent is left in the namespace; its tmux server is stopped.", "Nothing.");

    private final String meaning;
    private final String remedy;

    Reason(String meaning, String remedy) {
        this.meaning = meaning;
        this.remedy = remedy;
    }

    public String meaning() {
        return meaning;
    }

    /// What the person at the terminal can do about it.
    public String remedy() {
        return remedy;
    }
}
