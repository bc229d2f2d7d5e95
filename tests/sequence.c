/* The machine's own results: makes sequences of calls on up to four sockets and prints each result.
 *
 * An independent reference for sockscope's library: C and the system's headers, no code of sockscope.
 *
 * Standard input has one call a line. S is a socket's number, 0 to 3; ADDRESS is the bytes of a
 * sockaddr in hexadecimal ("x" alone is none), or "@S": the address that getsockname() of S last
 * returned. DATA is hexadecimal too.
 *     socket S FAMILY TYPE PROTOCOL
 *     setsockopt S OPTION NUMBER         (SO_LINGER: two numbers)
 *     getsockopt S OPTION
 *     bind S ADDRESS
 *     listen S BACKLOG
 *     accept S NEW
 *     connect S ADDRESS
 *     send S DATA
 *     sendto S DATA ADDRESS
 *     recv S LENGTH
 *     recvfrom S LENGTH
 *     shutdown S HOW
 *     getsockname S
 *     getpeername S
 *     close S
 *     end                                closes what is open
 *
 * For each line, except "end", standard output has one:
 *     0                                  or another number that was returned
 *     handle                             a new socket
 *     error NUMBER                       errno, or that of WSAGetLastError
 *     bytes DATA ADDRESS                 of recv() ("x" for the address) and recvfrom()
 *     address ADDRESS                    of getsockname() and getpeername()
 *     linger ONOFF SECONDS               of getsockopt(SO_LINGER)
 *     none                               the call is not made: the socket is not open, the new one's
 *                                        number is taken, the address is not known, or it would wait
 *
 * cc -o sequence sequence.c
 * x86_64-w64-mingw32-gcc -o sequence.exe sequence.c -lws2_32
 */
#ifdef _WIN32
#define _WIN32_WINNT 0x0600
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>
#else
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>
#endif
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SOCKETS 4

#ifdef _WIN32
#define last_error() WSAGetLastError()
#else
#define last_error() errno
typedef int SOCKET;
#define INVALID_SOCKET (-1)
#define closesocket close
#endif

static char line[1 << 16];
static SOCKET descriptors[SOCKETS] = {INVALID_SOCKET, INVALID_SOCKET, INVALID_SOCKET,
                                      INVALID_SOCKET};
static unsigned char names[SOCKETS][sizeof(struct sockaddr_storage)];
static socklen_t lengths[SOCKETS];

static const struct {
    const char *name;
    int level, option;
} options[] = {
    {"SO_TYPE", SOL_SOCKET, SO_TYPE},
#ifdef _WIN32
    {"SO_EXCLUSIVEADDRUSE", SOL_SOCKET, SO_EXCLUSIVEADDRUSE},
#else
    {"SO_DOMAIN", SOL_SOCKET, SO_DOMAIN},
    {"SO_PROTOCOL", SOL_SOCKET, SO_PROTOCOL},
    {"SO_REUSEPORT", SOL_SOCKET, SO_REUSEPORT},
#endif
    {"SO_REUSEADDR", SOL_SOCKET, SO_REUSEADDR},
    {"SO_BROADCAST", SOL_SOCKET, SO_BROADCAST},
    {"SO_LINGER", SOL_SOCKET, SO_LINGER},
    {"IPV6_V6ONLY", IPPROTO_IPV6, IPV6_V6ONLY},
};

static void die(const char *what)
{
    fprintf(stderr, "sequence: %s\n", what);
    exit(2);
}

static char *word(void)
{
    char *next = strtok(NULL, " \r\n");
    if (next == NULL)
        die("a word is missing");
    return next;
}

static int number(void)
{
    return (int)strtol(word(), NULL, 10);
}

static size_t bytes(const char *text, unsigned char *to, size_t room)
{
    size_t length = 0;
    unsigned byte;
    if (*text != 'x')
        die("no bytes");
    for (text++; sscanf(text, "%2x", &byte) == 1; text += 2) {
        if (length == room)
            die("too many bytes");
        to[length++] = (unsigned char)byte;
    }
    return length;
}

static void print_bytes(const unsigned char *at, size_t length)
{
    printf(" x");
    while (length-- > 0)
        printf("%02x", *at++);
}

/* A sockaddr; returns whether it is known. */
static int address(unsigned char *to, socklen_t *length)
{
    char *text = word();
    if (*text == '@') {
        int of = atoi(text + 1);
        *length = lengths[of];
        memcpy(to, names[of], sizeof names[of]);
        return *length > 0;
    }
    *length = (socklen_t)bytes(text, to, sizeof(struct sockaddr_storage));
    return 1;
}

static void print_result(long result)
{
    if (result < 0)
        printf("error %d\n", last_error());
    else
        printf("%ld\n", result);
}

static int is_listening(SOCKET descriptor)
{
    int listening = 0;
    socklen_t length = sizeof listening;
    getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, (void *)&listening, &length);
    return listening;
}

/* Whether accept() or recv() returns at once. */
static int is_ready(SOCKET descriptor, int accepts)
{
#ifdef _WIN32
    fd_set set;
    struct timeval none = {0, 0};
    if (is_listening(descriptor) != accepts)
        return 1;
    FD_ZERO(&set);
    FD_SET(descriptor, &set);
    return select(0, &set, NULL, NULL, &none) == 1;
#else
    struct pollfd poll_for = {descriptor, POLLIN, 0};
    if (is_listening(descriptor) != accepts)
        return 1;
    return poll(&poll_for, 1, 0) == 1;
#endif
}

/* Whether a call that sends or receives waits for ever: on a listening socket, under Wine 8. */
static int is_stuck(SOCKET descriptor)
{
#ifdef _WIN32
    return is_listening(descriptor);
#else
    (void)descriptor;
    return 0;
#endif
}

/* Whether connect() could wait: after one to an IPv4-mapped address, Linux sends also to IPv6 ones from
 * such an address, and nothing answers. */
static int is_lost(SOCKET descriptor, const unsigned char *to, socklen_t length)
{
    struct sockaddr_in6 from, peer;
    socklen_t room = sizeof from;
    int type = 0;
    socklen_t type_room = sizeof type;
    memset(&from, 0, sizeof from);
    memset(&peer, 0, sizeof peer);
    memcpy(&peer, to, (size_t)length < sizeof peer ? (size_t)length : sizeof peer);
    getsockname(descriptor, (struct sockaddr *)&from, &room);
    getsockopt(descriptor, SOL_SOCKET, SO_TYPE, (void *)&type, &type_room);
    return type == SOCK_STREAM && peer.sin6_family == AF_INET6 && from.sin6_family == AF_INET6 &&
           (IN6_IS_ADDR_V4MAPPED(&peer.sin6_addr) || IN6_IS_ADDR_V4MAPPED(&from.sin6_addr));
}

static void open_at(int at, SOCKET descriptor)
{
    if (descriptor == INVALID_SOCKET) {
        print_result(-1);
        return;
    }
    descriptors[at] = descriptor;
    printf("handle\n");
}

static void none(void)
{
    printf("none\n");
}

static void option(SOCKET descriptor, int sets)
{
    const char *name = word();
    size_t at = 0;
    while (strcmp(options[at].name, name) != 0)
        if (++at == sizeof options / sizeof *options)
            die("an unknown option");
    if (options[at].option == SO_LINGER && options[at].level == SOL_SOCKET) {
        struct linger linger = {0, 0};
        socklen_t length = sizeof linger;
        if (sets) {
            linger.l_onoff = (unsigned short)number();
            linger.l_linger = (unsigned short)number();
            print_result(setsockopt(descriptor, SOL_SOCKET, SO_LINGER, (void *)&linger, length));
        } else if (getsockopt(descriptor, SOL_SOCKET, SO_LINGER, (void *)&linger, &length) != 0) {
            print_result(-1);
        } else {
            printf("linger %d %d\n", linger.l_onoff, linger.l_linger);
        }
    } else {
        int value = 0;
        socklen_t length = sizeof value;
        if (sets) {
            value = number();
            print_result(setsockopt(descriptor, options[at].level, options[at].option,
                                    (void *)&value, length));
        } else if (getsockopt(descriptor, options[at].level, options[at].option, (void *)&value,
                              &length) != 0) {
            print_result(-1);
        } else {
            printf("%d\n", value);
        }
    }
}

static void receive(SOCKET descriptor, int with_address)
{
    static char buffer[65536];
    unsigned char from[sizeof(struct sockaddr_storage)];
    socklen_t length = sizeof from;
    int size = number();
    long read;
    if (is_stuck(descriptor) || !is_ready(descriptor, 0)) {
        none();
        return;
    }
    memset(from, 0, sizeof from);
    if (with_address)
        read = recvfrom(descriptor, buffer, size, 0, (struct sockaddr *)from, &length);
    else
        read = recv(descriptor, buffer, size, 0);
    if (read < 0) {
        print_result(read);
        return;
    }
    /* Of a stream, Winsock leaves the address as it was. */
    if (from[0] == 0 && from[1] == 0)
        length = 0;
    printf("bytes");
    print_bytes((unsigned char *)buffer, (size_t)read);
    print_bytes(from, with_address ? (size_t)length : 0);
    printf("\n");
}

static void name(int at, int of_peer)
{
    unsigned char of[sizeof(struct sockaddr_storage)];
    socklen_t length = sizeof of;
    int result = of_peer ? getpeername(descriptors[at], (struct sockaddr *)of, &length)
                         : getsockname(descriptors[at], (struct sockaddr *)of, &length);
    if (result != 0) {
        print_result(result);
        return;
    }
    if (!of_peer) {
        memcpy(names[at], of, (size_t)length);
        lengths[at] = length;
    }
    printf("address");
    print_bytes(of, (size_t)length);
    printf("\n");
}

static void end(void)
{
    int at;
    for (at = 0; at < SOCKETS; at++) {
        if (descriptors[at] != INVALID_SOCKET)
            closesocket(descriptors[at]);
        descriptors[at] = INVALID_SOCKET;
        lengths[at] = 0;
    }
}

#ifdef _WIN32
static volatile ULONGLONG last_line;
static char watched[sizeof line];

/* Ends the program if a call waits after all. */
static DWORD WINAPI watch(void *unused)
{
    (void)unused;
    while (GetTickCount64() - last_line < 10000)
        Sleep(500);
    fprintf(stderr, "sequence: it waits: %s", watched);
    fflush(stderr);
    ExitProcess(3);
}

static void begin(void)
{
    WSADATA data;
    if (WSAStartup(MAKEWORD(2, 2), &data) != 0)
        die("WSAStartup() fails");
    last_line = GetTickCount64();
    CreateThread(NULL, 0, watch, NULL, 0, NULL);
}

static void begin_line(void)
{
    strcpy(watched, line);
    last_line = GetTickCount64();
}
#else
static void begin(void)
{
    signal(SIGPIPE, SIG_IGN);
}

/* Ends the program if a call waits after all. */
static void begin_line(void)
{
    alarm(10);
}
#endif

int main(void)
{
    begin();
    while (fgets(line, sizeof line, stdin) != NULL) {
        /* Winsock may read more than the length says. */
        unsigned char to[sizeof(struct sockaddr_storage)] = {0}, data[4096];
        socklen_t length;
        size_t size;
        const char *call;
        int at;
        SOCKET on;
        begin_line();
        call = strtok(line, " \r\n");
        if (call == NULL)
            die("an empty line");
        if (strcmp(call, "end") == 0) {
            end();
            continue;
        }
        at = number();
        if (at < 0 || at >= SOCKETS)
            die("no such socket");
        on = descriptors[at];
        if (strcmp(call, "socket") == 0) {
            int family = number(), type = number(), protocol = number();
            if (on != INVALID_SOCKET)
                none();
            else
                open_at(at, socket(family, type, protocol));
        } else if (on == INVALID_SOCKET) {
            none();
        } else if (strcmp(call, "setsockopt") == 0) {
            option(on, 1);
        } else if (strcmp(call, "getsockopt") == 0) {
            option(on, 0);
        } else if (strcmp(call, "bind") == 0) {
            if (address(to, &length))
                print_result(bind(on, (struct sockaddr *)to, length));
            else
                none();
        } else if (strcmp(call, "listen") == 0) {
            print_result(listen(on, number()));
        } else if (strcmp(call, "accept") == 0) {
            int new = number();
            if (descriptors[new] != INVALID_SOCKET || !is_ready(on, 1))
                none();
            else
                open_at(new, accept(on, NULL, NULL));
        } else if (strcmp(call, "connect") == 0) {
            if (address(to, &length) && !is_lost(on, to, length))
                print_result(connect(on, (struct sockaddr *)to, length));
            else
                none();
        } else if (strcmp(call, "send") == 0) {
            size = bytes(word(), data, sizeof data);
            if (is_stuck(on))
                none();
            else
                print_result((long)send(on, (void *)data, size, 0));
        } else if (strcmp(call, "sendto") == 0) {
            size = bytes(word(), data, sizeof data);
            if (address(to, &length) && !is_stuck(on))
                print_result((long)sendto(on, (void *)data, size, 0, (struct sockaddr *)to, length));
            else
                none();
        } else if (strcmp(call, "recv") == 0) {
            receive(on, 0);
        } else if (strcmp(call, "recvfrom") == 0) {
            receive(on, 1);
        } else if (strcmp(call, "shutdown") == 0) {
            print_result(shutdown(on, number()));
        } else if (strcmp(call, "getsockname") == 0) {
            name(at, 0);
        } else if (strcmp(call, "getpeername") == 0) {
            name(at, 1);
        } else if (strcmp(call, "close") == 0) {
            print_result(closesocket(on));
            descriptors[at] = INVALID_SOCKET;
        } else {
            die(call);
        }
    }
    return ferror(stdin) ? 2 : 0;
}
