{% include "head.txt" %}
// Build:  cc -std=c11 -Wall -Wextra -o sockets sockets.c

{% if mode.asks() %}#define _DEFAULT_SOURCE // -std=c11 alone hides getaddrinfo (glibc, musl)

{% endif %}{% if mode.names_addresses() %}#include <arpa/inet.h>
{% endif %}#include <errno.h>
{% if mode.asks() %}#include <netdb.h>
{% endif %}#include <netinet/in.h>
{% if mode.sends() %}#include <signal.h>
{% endif %}#include <stdio.h>
{% if mode.asks() %}#include <string.h>
{% endif %}#include <sys/socket.h>
#include <unistd.h>
{%- if let Some(length) = mode.default_length() %}

#define DEFAULT_BUFLEN {{ length }}
{%- endif %}
{%- if mode.has_prototypes() %}
{% include "prototypes.c" %}
{%- endif %}

int main(void)
{
{%- if mode.sends() %}
    // Else send() ends the program if the peer has closed the connection.
    signal(SIGPIPE, SIG_IGN);
{% endif %}
{%- if !null_hints %}
    // Members that are not set must be zero.
    struct addrinfo hints;
    memset(&hints, 0, sizeof hints);
    {%- for remark in hints.remarks %}
    // {{ remark }}
    {%- endfor %}
    hints.ai_family = {{ hints.family }};
    hints.ai_socktype = {{ hints.socktype }};
    hints.ai_protocol = {{ hints.protocol }};
    hints.ai_flags = {{ hints.flag_lines(54, 8) }};
{% endif %}
{%- if node.is_long() %}
    static const char node[] = {{ node.c() }};
{%- endif %}
{%- if service.is_long() %}
    static const char service[] = {{ service.c() }};
{%- endif %}
{%- if mode.asks() %}
    struct addrinfo *result = NULL;
    int error = getaddrinfo({{ node.c_argument("node") }}, {{ service.c_argument("service") }}, {% if null_hints %}NULL{% else %}&hints{% endif %}, &result);
    if (error != 0) {
        // EAI_SYSTEM leaves its reason in errno, until the next call.
        const char *why =
            error == EAI_SYSTEM ? strerror(errno) : gai_strerror(error);
        fprintf(stderr, "getaddrinfo: %s\n", why);
        printf("getaddrinfo %d\n", error);
        return 1;
    }
    printf("getaddrinfo 0\n");
{% endif %}
{%- match mode %}{% when Mode::Entry with (number) %}
    {%- if *number > 1 %}
    struct addrinfo *ai = result;
    for (int i = 0; i < {{ number - 1 }} && ai != NULL; i++)
        ai = ai->ai_next;
    if (ai == NULL) {
        fprintf(stderr, "This list has no entry {{ number }}.\n");
        freeaddrinfo(result);
        return 3;
    }
    {%- endif %}
    print_entry({{ pointer }});

    int fd = socket({{ pointer }}->ai_family, {{ pointer }}->ai_socktype, {{ pointer }}->ai_protocol);
    if (fd == -1) {
        printf("socket error %d\n", errno);
        freeaddrinfo(result);
        return 3;
    }
    printf("socket ok\n");

    close(fd);
    freeaddrinfo(result);
    return 0;
}
{%- when Mode::Every with (each) %}
{%- for remark in each.remarks %}
    // {{ remark }}
{%- endfor %}
    int opened = 0;
{%- if each.mixed %}
    // If the list has stream sockets, only they count: connect() of a datagram socket asks no peer.
    int passed[2] = {0, 0}, streams = 0;
{%- else if !each.is_empty() %}
    int passed = 0;
{%- endif %}
    for (struct addrinfo *ai = result; ai != NULL; ai = ai->ai_next) {
{%- if each.mixed %}
        streams += ai->ai_socktype == SOCK_STREAM;
{%- endif %}
        print_entry(ai);
        int fd = socket(ai->ai_family, ai->ai_socktype, ai->ai_protocol);
        if (fd == -1) {
            printf("socket error %d\n", errno);
            continue;
        }
        printf("socket ok\n");
        opened++;
{%- include "each.c" %}
{%- if !each.keep %}
        close(fd);
{%- endif %}
    }
{% if each.keep %}
    // The sockets are still open; the end of the program closes them.
{%- endif %}
    freeaddrinfo(result);
    return {{ mode.verdict() }};
}
{%- when Mode::Steps with (body) %}{% include "steps.c" %}
}
{%- endmatch %}
{%- include "check.c" %}
{%- if mode.prints_entries() %}

// Prints the numbers, and address and port; "- -" unless the family is IP.
static void print_entry(const struct addrinfo *ai)
{
    char address[NI_MAXHOST], port[NI_MAXSERV];
    if (getnameinfo(ai->ai_addr, ai->ai_addrlen,
                    address, sizeof address, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
        strcpy(address, "-");
        strcpy(port, "-");
    }
    printf("entry %d %d %d %s %s ", ai->ai_family, ai->ai_socktype,
           ai->ai_protocol, address, port);
}
{%- endif %}
