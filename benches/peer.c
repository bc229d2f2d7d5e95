/* The peer of sockscope without a screen: the same calls, and nothing else.
 *
 * peer NODE [SERVICE]: one getaddrinfo() with zeroed hints, then socket(), close() and a line of text
 * for each entry. */
#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct addrinfo hints, *list = NULL;
    int error;

    memset(&hints, 0, sizeof hints);
    error = getaddrinfo(argc > 1 ? argv[1] : NULL, argc > 2 ? argv[2] : NULL, &hints, &list);
    if (error != 0) {
        fprintf(stderr, "getaddrinfo: %s\n", gai_strerror(error));
        return 1;
    }
    for (const struct addrinfo *entry = list; entry != NULL; entry = entry->ai_next) {
        char text[INET6_ADDRSTRLEN] = "";
        unsigned port = 0;
        int handle;

        if (entry->ai_family == AF_INET) {
            const struct sockaddr_in *in = (const struct sockaddr_in *)entry->ai_addr;
            inet_ntop(AF_INET, &in->sin_addr, text, sizeof text);
            port = ntohs(in->sin_port);
        } else if (entry->ai_family == AF_INET6) {
            const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)entry->ai_addr;
            inet_ntop(AF_INET6, &in6->sin6_addr, text, sizeof text);
            port = ntohs(in6->sin6_port);
        }
        handle = socket(entry->ai_family, entry->ai_socktype, entry->ai_protocol);
        if (handle >= 0)
            close(handle);
        printf("%d %d %d %s %u socket %d\n", entry->ai_family, entry->ai_socktype,
               entry->ai_protocol, text, port, handle);
    }
    freeaddrinfo(list);
    return 0;
}
