package dev.reconciler.sim;

import java.util.ArrayList;
import java.util.List;

/// What a simulated program gets through its terminal, and what its screen shows of it.
final class FakeKeyboard {
    /// What it took, each with its key: a text once Enter was pressed after it.
    final List<String> taken = new ArrayList<>();
    /// Keys of everything that was ever typed into it.
    final List<String> keys = new ArrayList<>();
    boolean raw = true;
    boolean mode;
    /// It takes Enter only from here on.
    int deafToEnter;
    String input = "";
    String typed = "";
    String entered = "";
    boolean visited;
    private String key = "";

    /// Another program is behind the terminal: what was pressed before is gone, what tmux remembers is not.
    void anew() {
        input = "";
        key = "";
        mode = false;
    }

    void type(String key, String text) {
        keys.add(key);
        this.key = key;
        input = input + text;
    }

    void enter() {
        if (deafToEnter > 0) {
            deafToEnter--;
        } else if (!input.isEmpty()) {
            taken.add(key + " " + input);
            input = "";
        }
    }

    /// The line of the cursor.
    String line() {
        return "> " + input.substring(input.lastIndexOf('\n') + 1);
    }
}
