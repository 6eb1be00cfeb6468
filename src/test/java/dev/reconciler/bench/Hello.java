package dev.reconciler.bench;

/// The least that a JVM can do: the floor of every command.
final class Hello {
    private Hello() {}

    public static void main(String[] words) {
        System.out.println("hello");
    }
}
