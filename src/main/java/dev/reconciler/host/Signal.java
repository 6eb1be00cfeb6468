package dev.reconciler.host;

/// The signals this product sends, with Linux's numbers.
public enum Signal {
    HUP(1),
    KILL(9),
    USR1(10),
    TERM(15),
    CONT(18);

    private final int number;

    Signal(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }
}
