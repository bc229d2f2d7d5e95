/* The machine's own answers: calls getaddrinfo() and socket() and prints all their results.
 *
 * An independent reference for sockscope's JSON: C and the system's headers, no code of sockscope.
 * Like a Rust program it never calls setlocale(), on which the texts of errors and AI_IDN depend.
 *
 * Standard input has one query a line:
 *     NODE SERVICE HINTS
 * NODE and SERVICE are "-" for NULL, or "x" and the bytes in hexadecimal ("x" alone is the empty
 * string). HINTS is "-" for NULL, or the four numbers ai_flags ai_family ai_socktype ai_protocol.
 *
 * For each query standard output has, in order (texts as above):
 *     return NUMBER TEXT             the return value of getaddrinfo, and its gai_strerror
 *     errno NUMBER TEXT              only after EAI_SYSTEM
 *     entry FLAGS FAMILY SOCKTYPE PROTOCOL ADDRLEN ADDR CANONNAME
 *     socket ok                      or: socket NUMBER TEXT
 *     end
 * with an "entry" and a "socket" line for each addrinfo. Each socket is closed before the next is
 * opened. An invalid line ends the program with status 2.
 *
 * POSIX:    cc -o oracle oracle.c
 * Windows:  x86_64-w64-mingw32-gcc -o oracle.exe oracle.c -lws2_32
 */
#ifdef _WIN32
#ifndef _WIN32_WINNT
#define _WIN32_WINNT 0x0600
#endif
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>
#else
#define _GNU_SOURCE
#include <errno.h>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>
#endif
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char line[1 << 20];

static void die(const char *what)
{
    fprintf(stderr, "oracle: %s\n", what);
    exit(2);
}

static void print_bytes(const void *bytes, size_t length)
{
    const unsigned char *at = bytes;
    if (bytes == NULL) {
        printf(" -");
        return;
    }
    printf(" x");
    while (length-- > 0)
        printf("%02x", *at++);
}

static void print_text(const char *text)
{
    print_bytes(text, text == NULL ? 0 : strlen(text));
}

static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return -1;
}

/* Decodes the text "x…" in place; NULL for "-". */
static char *text_of(char *word)
{
    char *from = word + 1, *to = word;
    if (strcmp(word, "-") == 0)
        return NULL;
    if (*word != 'x')
        die("a text begins with neither x nor -");
    for (; *from != '\0'; from += 2) {
        int high = digit(from[0]), low = high < 0 ? -1 : digit(from[1]);
        if (low < 0)
            die("a text is not hexadecimal");
        *to++ = (char)(high << 4 | low);
    }
    *to = '\0';
    return word;
}

static int number_of(const char *word)
{
    char *end;
    long long number;
    if (word == NULL)
        die("a number is missing");
    number = strtoll(word, &end, 10);
    if (end == word || *end != '\0' || number != (int)number)
        die("a number is not a C int");
    return (int)number;
}

#ifdef _WIN32

typedef ADDRINFOW info;
typedef const wchar_t *text;

static text native(const char *utf8)
{
    int units;
    wchar_t *wide;
    if (utf8 == NULL)
        return NULL;
    units = MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, utf8, -1, NULL, 0);
    wide = units == 0 ? NULL : malloc(sizeof *wide * (size_t)units);
    if (wide == NULL)
        die("a text is not UTF-8");
    MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, utf8, -1, wide, units);
    return wide;
}

static void release(text wide)
{
    free((void *)wide);
}

static void print_native(text wide)
{
    char utf8[1 << 16];
    if (wide == NULL) {
        print_text(NULL);
        return;
    }
    if (WideCharToMultiByte(CP_UTF8, 0, wide, -1, utf8, sizeof utf8, NULL, NULL) == 0)
        die("a name is too long");
    print_text(utf8);
}

/* FormatMessage's text without its line end. */
static void print_error(int code)
{
    wchar_t wide[2048];
    DWORD units = FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, NULL,
                                 (DWORD)code, 0, wide, 2048, NULL);
    while (units > 0 && (wide[units - 1] == L'\r' || wide[units - 1] == L'\n' ||
                         wide[units - 1] == L' '))
        units--;
    wide[units] = L'\0';
    print_native(wide);
}

static void print_socket(int family, int socktype, int protocol)
{
    SOCKET handle = socket(family, socktype, protocol);
    if (handle == INVALID_SOCKET) {
        int code = WSAGetLastError();
        printf("socket %d", code);
        print_error(code);
        printf("\n");
        return;
    }
    printf("socket ok\n");
    closesocket(handle);
}

#define ASK GetAddrInfoW
#define FREE FreeAddrInfoW
#define print_gai print_error

#else

typedef struct addrinfo info;
typedef const char *text;

static text native(const char *bytes)
{
    return bytes;
}

static void release(text bytes)
{
    (void)bytes;
}

static void print_native(text bytes)
{
    print_text(bytes);
}

static void print_gai(int code)
{
    print_text(gai_strerror(code));
}

static void print_socket(int family, int socktype, int protocol)
{
    int descriptor = socket(family, socktype, protocol);
    if (descriptor == -1) {
        int code = errno;
        printf("socket %d", code);
        print_text(strerror(code));
        printf("\n");
        return;
    }
    printf("socket ok\n");
    close(descriptor);
}

#define ASK getaddrinfo
#define FREE freeaddrinfo

#endif

static void answer(const char *node_bytes, const char *service_bytes, const info *hints)
{
    text node = native(node_bytes), service = native(service_bytes);
    info *list = NULL, *entry;
    int code;
#ifdef _WIN32
    code = ASK(node, service, hints, &list);
#else
    int system_error;
    errno = 0;
    code = ASK(node, service, hints, &list);
    system_error = errno;
#endif
    printf("return %d", code);
    print_gai(code);
    printf("\n");
#ifndef _WIN32
    if (code == EAI_SYSTEM) {
        printf("errno %d", system_error);
        print_text(strerror(system_error));
        printf("\n");
    }
#endif
    if (code == 0) {
        for (entry = list; entry != NULL; entry = entry->ai_next) {
            printf("entry %d %d %d %d %lu", entry->ai_flags, entry->ai_family, entry->ai_socktype,
                   entry->ai_protocol, (unsigned long)entry->ai_addrlen);
            print_bytes(entry->ai_addr, (size_t)entry->ai_addrlen);
            print_native(entry->ai_canonname);
            printf("\n");
            print_socket(entry->ai_family, entry->ai_socktype, entry->ai_protocol);
        }
        /* freeaddrinfo(NULL) crashes on FreeBSD. */
        if (list != NULL)
            FREE(list);
    }
    printf("end\n");
    fflush(stdout);
    release(node);
    release(service);
}

int main(void)
{
#ifdef _WIN32
    WSADATA data;
    if (WSAStartup(MAKEWORD(2, 2), &data) != 0)
        die("WSAStartup failed");
#endif
    while (fgets(line, sizeof line, stdin) != NULL) {
        char *node, *service, *word;
        info hints;
        if (strchr(line, '\n') == NULL)
            die("a line is too long or unfinished");
        node = strtok(line, " \r\n");
        service = strtok(NULL, " \r\n");
        word = strtok(NULL, " \r\n");
        if (node == NULL || service == NULL || word == NULL)
            die("a line has fewer than three words");
        node = text_of(node);
        service = text_of(service);
        if (strcmp(word, "-") == 0) {
            answer(node, service, NULL);
            continue;
        }
        memset(&hints, 0, sizeof hints);
        hints.ai_flags = number_of(word);
        hints.ai_family = number_of(strtok(NULL, " \r\n"));
        hints.ai_socktype = number_of(strtok(NULL, " \r\n"));
        hints.ai_protocol = number_of(strtok(NULL, " \r\n"));
        answer(node, service, &hints);
    }
    return ferror(stdin) ? 2 : 0;
}
