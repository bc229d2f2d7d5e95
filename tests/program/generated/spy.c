/* A getaddrinfo that prints its arguments on standard error before it does its work.
 *
 *     spy NODE SERVICE HINTS
 *
 * as a line of tests/oracle.c's input: "-" for NULL, a text as "x" and hexadecimal bytes, the hints
 * as four numbers. "dirty" follows if another member of the hints is not zero.
 *
 * POSIX:    cc -shared -fPIC -o spy.so spy.c, and LD_PRELOAD=./spy.so
 * Windows:  x86_64-w64-mingw32-gcc -include spy.c program.c; texts in UTF-16 are shown in UTF-8
 */
#ifdef _WIN32
#define WIN32_LEAN_AND_MEAN /* half the time to compile */
#include <winsock2.h>
#include <ws2tcpip.h>
#else
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netdb.h>
#endif
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void spy_text(const char *text)
{
    if (text == NULL) {
        fprintf(stderr, " -");
        return;
    }
    fprintf(stderr, " x");
    for (; *text != '\0'; text++)
        fprintf(stderr, "%02x", (unsigned)(unsigned char)*text);
}

#define SPY_HINTS(hints)                                                                       \
    do {                                                                                       \
        if ((hints) == NULL)                                                                   \
            fprintf(stderr, " -");                                                             \
        else                                                                                   \
            fprintf(stderr, " %d %d %d %d%s", (hints)->ai_flags, (hints)->ai_family,           \
                    (hints)->ai_socktype, (hints)->ai_protocol,                                \
                    (hints)->ai_addrlen || (hints)->ai_addr || (hints)->ai_canonname ||        \
                            (hints)->ai_next                                                   \
                        ? " dirty"                                                             \
                        : "");                                                                 \
        fprintf(stderr, "\n");                                                                 \
    } while (0)

#ifdef _WIN32

static inline int spy_getaddrinfo(const char *node, const char *service, const ADDRINFOA *hints,
                                  ADDRINFOA **result)
{
    fprintf(stderr, "spy");
    spy_text(node);
    spy_text(service);
    SPY_HINTS(hints);
    return getaddrinfo(node, service, hints, result);
}

static inline void spy_wide(const wchar_t *text)
{
    static char utf8[1 << 16];
    if (text != NULL && !WideCharToMultiByte(CP_UTF8, 0, text, -1, utf8, sizeof utf8, NULL, NULL))
        abort();
    spy_text(text == NULL ? NULL : utf8);
}

static inline int spy_GetAddrInfoW(const wchar_t *node, const wchar_t *service,
                                   const ADDRINFOW *hints, ADDRINFOW **result)
{
    fprintf(stderr, "spy");
    spy_wide(node);
    spy_wide(service);
    SPY_HINTS(hints);
    return GetAddrInfoW(node, service, hints, result);
}

#define getaddrinfo spy_getaddrinfo
#define GetAddrInfoW spy_GetAddrInfoW

#else

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
                struct addrinfo **result)
{
    int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    void *symbol = dlsym(RTLD_NEXT, "getaddrinfo");
    if (symbol == NULL)
        abort();
    memcpy(&real, &symbol, sizeof real);
    fprintf(stderr, "spy");
    spy_text(node);
    spy_text(service);
    SPY_HINTS(hints);
    return real(node, service, hints, result);
}

#endif
