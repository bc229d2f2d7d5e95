/* stopwatch ROUNDS WARMUP SECONDS COMMAND… [-- COMMAND…]…
 *
 * Runs the commands in turn (A B C A B C …), WARMUP rounds unmeasured, then ROUNDS measured, with
 * standard output on /dev/null. Prints a line per round: for each command the nanoseconds from
 * before fork() to after wait4(), and its peak memory in ru_maxrss's unit (kilobytes on Linux).
 * If a command fails or runs for longer than SECONDS, it exits with status 1 and the reason.
 *
 * It is a small C program because a child starts with its parent's peak: Linux keeps the high-water
 * mark of the memory that exec() replaces, so a bigger parent would be measured instead. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { COMMANDS = 8 };

static long long now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void run(char **command, int null, unsigned seconds, int measured)
{
    struct rusage usage;
    long long took, began = now();
    int status = 0;
    pid_t child = fork();

    if (child < 0) {
        perror("stopwatch: fork");
        exit(1);
    }
    if (child == 0) {
        /* exec() keeps the alarm, which kills the process by default. */
        alarm(seconds);
        dup2(null, STDOUT_FILENO);
        execv(command[0], command);
        _exit(127);
    }
    while (wait4(child, &status, 0, &usage) < 0)
        if (errno != EINTR) {
            perror("stopwatch: wait4");
            exit(1);
        }
    took = now() - began;
    if (WIFSIGNALED(status)) {
        fprintf(stderr, "stopwatch: %s: ended by signal %d (14 is the deadline of %u s)\n",
                command[0], WTERMSIG(status), seconds);
        exit(1);
    }
    if (WEXITSTATUS(status) != 0) {
        fprintf(stderr, "stopwatch: %s: exit status %d%s\n", command[0], WEXITSTATUS(status),
                WEXITSTATUS(status) == 127 ? " (127: it could not be started)" : "");
        exit(1);
    }
    if (measured)
        printf("%lld %ld ", took, usage.ru_maxrss);
}

int main(int argc, char **argv)
{
    char **commands[COMMANDS];
    int count = 0, null = open("/dev/null", O_WRONLY | O_CLOEXEC);

    if (argc < 5 || null < 0) {
        fputs("usage: stopwatch ROUNDS WARMUP SECONDS COMMAND... [-- COMMAND...]...\n", stderr);
        return 2;
    }
    commands[count++] = &argv[4];
    for (int word = 4; word < argc; word++)
        if (strcmp(argv[word], "--") == 0) {
            if (count == COMMANDS || word + 1 == argc) {
                fprintf(stderr, "stopwatch: an empty command, or more than %d\n", COMMANDS);
                return 2;
            }
            argv[word] = NULL;
            commands[count++] = &argv[word + 1];
        }
    int warmup = atoi(argv[2]), rounds = warmup + atoi(argv[1]);
    for (int round = 0; round < rounds; round++) {
        for (int command = 0; command < count; command++)
            run(commands[command], null, (unsigned)atoi(argv[3]), round >= warmup);
        if (round >= warmup)
            putchar('\n');
    }
    return 0;
}
