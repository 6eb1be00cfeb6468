#!/usr/bin/perl
# A pretend agent for tests on the real machine: its arguments are its life, step by step, from left to right.
# Needs nothing but Debian's perl-base. After the last step it ends with code 0.
#
#   say:TEXT        prints TEXT and a newline
#   part:TEXT       prints TEXT without a newline
#   half            prints the first two of the three bytes of a euro sign
#   flood:LINES     prints LINES numbered lines of 100 bytes, as fast as it can
#   colour:TEXT     prints TEXT in red, with escape codes
#   env:NAME        prints NAME=value, or "NAME is unset"
#   cwd             prints "cwd DIRECTORY"
#   size            prints "size ROWS COLUMNS" of its terminal
#   argv            prints each remaining argument in brackets, then ends with 0: nothing after it is a step
#   pid:FILE        appends its pid and a newline to FILE
#   touch:FILE      creates FILE
#   await:FILE      waits until FILE exists
#   beat:FILE       from now on, while it waits, touches FILE twice a second
#   ignore:SIG,...  ignores these signals (TERM, HUP, INT); its children inherit that
#   trap:SIG:TEXT   on SIG prints TEXT and ends with code 0
#   child:SECONDS   forks a child that sleeps so long; prints "child PID"
#   stray:SECONDS   the same, but in a session of its own (setsid) and without the terminal
#   orphan:SECONDS  a stray whose parent is gone at once: reparented
#   raw:SECONDS     after so long switches the terminal to raw mode and bracketed paste on, prints "ready"
#   tui:DELAY:FILE  a chat program like those written for node: takes nothing for DELAY seconds and drops what came
#                   till then, reads keys with bracketed paste on, shows "> " and what stands in its input, and on Enter
#                   puts it into FILE.1, FILE.2 ...; Enter right behind a paste is a newline of it; until it is killed
#   echo            prints "got LINE" for each line it reads, until end of file; raw mode ends lines with CR
#   sleep:SECONDS   sleeps; fractions are fine
#   forever         sleeps until a signal ends it
#   closetty        closes its three standard streams and goes on
#   exit:CODE       ends with CODE
#   die:SIG         ends by signal SIG (TERM, KILL, ... whatever leaves no core file)
use strict;
use warnings;
use POSIX ();

$| = 1;
my $beat;

# Sleeps in slices so that beats go on; a signal handler may end it any time.
sub pause {
    my ($seconds) = @_;
    while ($seconds > 0) {
        if (defined $beat) { touch($beat) }
        my $slice = $seconds < 0.5 ? $seconds : 0.5;
        select undef, undef, undef, $slice;
        $seconds -= $slice;
    }
}

sub touch {
    my ($file) = @_;
    open my $out, '>>', $file or die "agent: $file: $!\n";
    close $out;
    utime undef, undef, $file;
}

sub offspring {
    my ($kind, $seconds) = @_;
    pipe my $read, my $write or die "agent: pipe: $!\n";
    my $pid = fork;
    die "agent: fork: $!\n" unless defined $pid;
    if ($pid == 0) {
        if ($kind ne 'child') {
            POSIX::setsid();
            if ($kind eq 'orphan') {
                my $next = fork;
                POSIX::_exit(0) if $next;
            }
        }
        syswrite $write, "$$\n";
        close $write;
        if ($kind ne 'child') {
            open STDIN, '<', '/dev/null';
            open STDOUT, '>', '/dev/null';
            open STDERR, '>', '/dev/null';
        }
        undef $beat;
        pause($seconds);
        POSIX::_exit(0);
    }
    close $write;
    my $born = <$read>;
    waitpid $pid, 0 if $kind eq 'orphan';
    print "$kind $born";
}

sub echo_lines {
    my $line = '';
    while (sysread STDIN, my $bytes, 4096) {
        for my $byte (split //, $bytes) {
            if ($byte eq "\n" || $byte eq "\r") {
                print "got $line\r\n";
                $line = '';
            } else {
                $line .= $byte;
            }
        }
    }
}

# Waits at most so long for input; undef when none came.
sub input {
    my ($patience) = @_;
    my $ready = '';
    vec($ready, fileno(STDIN), 1) = 1;
    return undef if defined $patience && !select $ready, undef, undef, $patience;
    my $read = sysread STDIN, my $bytes, 65536;
    exit 0 if defined $read && $read == 0;
    return defined $read ? $bytes : undef;
}

sub tui {
    my ($delay, $file) = split /:/, $_[0], 2;
    pause($delay);
    my $tty = POSIX::Termios->new;
    $tty->getattr(0);
    $tty->setiflag($tty->getiflag & ~(POSIX::ICRNL | POSIX::IXON | POSIX::ISTRIP | POSIX::INLCR));
    $tty->setlflag($tty->getlflag & ~(POSIX::ICANON | POSIX::ECHO | POSIX::ISIG | POSIX::IEXTEN));
    $tty->setattr(0, POSIX::TCSAFLUSH);
    print "\e[?2004h> ";
    my ($bytes, $held, $count, $pasted) = ('', '', 0, 0);
    while (1) {
        my $more = input(undef);
        next unless defined $more;
        $bytes .= $more;
        while (length $bytes) {
            if ($bytes =~ /^\e\[200~/) {
                my $end = index $bytes, "\e[201~";
                last if $end < 0;
                $held .= substr $bytes, 6, $end - 6;
                $bytes = substr $bytes, $end + 6;
                # What comes with it, or right behind it, belongs to it.
                my $behind = length $bytes ? '' : input(0.03);
                $bytes .= $behind if defined $behind;
                if ($bytes =~ s/^\r//) { $held .= "\n" }
            } elsif (length $bytes < 6 && "\e[200~" =~ /^\Q$bytes\E/) {
                last;
            } else {
                my $key = substr $bytes, 0, 1, '';
                if ($key ne "\r") {
                    $held .= $key;
                } elsif (length $held) {
                    $count++;
                    open my $out, '>', "$file.$count.tmp" or die "agent: $file: $!\n";
                    print {$out} $held;
                    close $out or die "agent: $file: $!\n";
                    rename "$file.$count.tmp", "$file.$count";
                    print "\r\e[Ktook ", length $held, " bytes\r\n";
                    $held = '';
                }
            }
        }
        my $shown = $held =~ /\n/ || length $held > 60 ? '[' . length($held) . ' bytes]' : $held;
        print "\r\e[K> $shown";
    }
}

my %steps = (
    say    => sub { print "$_[0]\n" },
    part   => sub { print $_[0] },
    half   => sub { syswrite STDOUT, "\xe2\x82" },
    flood  => sub { printf "%08d %s\n", $_, 'x' x 90 for 1 .. $_[0] },
    colour => sub { print "\e[31m$_[0]\e[0m\n" },
    env    => sub { print defined $ENV{$_[0]} ? "$_[0]=$ENV{$_[0]}\n" : "$_[0] is unset\n" },
    cwd    => sub { print 'cwd ', POSIX::getcwd(), "\n" },
    size   => sub { print 'size ', scalar `stty size` },
    argv   => sub { print "[$_]\n" for splice @ARGV; exit 0 },
    pid    => sub { open my $out, '>>', $_[0] or die "agent: $_[0]: $!\n"; print {$out} "$$\n"; close $out },
    touch  => sub { touch($_[0]) },
    await  => sub { pause(0.02) until -e $_[0] },
    beat   => sub { $beat = $_[0]; touch($beat) },
    ignore => sub { $SIG{$_} = 'IGNORE' for split /,/, $_[0] },
    trap   => sub {
        my ($signal, $text) = split /:/, $_[0], 2;
        $SIG{$signal} = sub { print "$text\n"; exit 0 };
    },
    child  => sub { offspring('child', $_[0]) },
    stray  => sub { offspring('stray', $_[0]) },
    orphan => sub { offspring('orphan', $_[0]) },
    raw    => sub { pause($_[0]); system 'stty', 'raw', '-echo'; print "\e[?2004hready\r\n" },
    tui    => sub { tui($_[0]) },
    echo   => sub { echo_lines() },
    sleep  => sub { pause($_[0]) },
    forever  => sub { pause(3600) while 1 },
    closetty => sub { POSIX::close($_) for 0 .. 2 },
    exit   => sub { exit $_[0] },
    die    => sub { $SIG{$_[0]} = 'DEFAULT'; kill $_[0], $$; pause(5) },
);

while (@ARGV) {
    my ($name, $argument) = split /:/, shift @ARGV, 2;
    my $step = $steps{$name} or die "agent: no such step: $name\n";
    $step->($argument);
}
