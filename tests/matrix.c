/* The cells of --matrix, made without sockscope: prints one line a cell, FAMILY TYPE PROTOCOL
 * GETADDRINFO SOCKET, the results 0 or the number of the error. The names are those of the headers.
 *
 * cc -o matrix matrix.c
 */
#define _GNU_SOURCE
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static const int families[] = {AF_UNSPEC, AF_INET, AF_INET6, AF_UNIX};
static const int types[] = {0,        SOCK_STREAM,    SOCK_DGRAM, SOCK_RAW,
                            SOCK_RDM, SOCK_SEQPACKET, SOCK_DCCP,  SOCK_PACKET};
static const int protocols[] = {0, IPPROTO_ICMP, IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMPV6, IPPROTO_RAW};

#define COUNT(array) (sizeof(array) / sizeof *(array))

int main(void)
{
    size_t f, t, p;
    for (f = 0; f < COUNT(families); f++)
        for (t = 0; t < COUNT(types); t++)
            for (p = 0; p < COUNT(protocols); p++) {
                struct addrinfo hints = {.ai_flags = AI_NUMERICHOST, .ai_family = families[f],
                                         .ai_socktype = types[t], .ai_protocol = protocols[p]};
                const char *node = families[f] == AF_INET6 ? "::1" : "127.0.0.1";
                struct addrinfo *list = NULL;
                int code = getaddrinfo(node, NULL, &hints, &list), descriptor, error;
                if (list != NULL)
                    freeaddrinfo(list);
                descriptor = socket(families[f], types[t], protocols[p]);
                error = descriptor == -1 ? errno : 0;
                if (descriptor != -1)
                    close(descriptor);
                printf("%d %d %d %d %d\n", families[f], types[t], protocols[p], code, error);
            }
    return 0;
}
