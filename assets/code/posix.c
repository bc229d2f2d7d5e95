// Calls getaddrinfo(), and socket() on {% if let Some(number) = entry %}entry {{ number }}{% else %}every entry{% endif %} of its list.
//
// It prints:
//   getaddrinfo NUMBER
//   entry FAMILY TYPE PROTOCOL ADDRESS PORT socket ok
//   entry FAMILY TYPE PROTOCOL ADDRESS PORT socket error NUMBER
// Exit status: 0 if a socket was opened, 1 if getaddrinfo failed, else 3.
//
// Build:  cc -std=c11 -Wall -Wextra -o sockets sockets.c

#define _DEFAULT_SOURCE // -std=c11 alone hides getaddrinfo (glibc, musl)

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void print_entry(const struct addrinfo *ai);

int main(void)
{
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
{% if let Some(number) = entry %}
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
    {#- The next step (bind, listen, connect, ...) goes here: its call and its check. #}

    close(fd);
    freeaddrinfo(result);
    return 0;
}
{%- else %}
    int opened = 0;
    for (struct addrinfo *ai = result; ai != NULL; ai = ai->ai_next) {
        print_entry(ai);
        int fd = socket(ai->ai_family, ai->ai_socktype, ai->ai_protocol);
        if (fd == -1) {
            printf("socket error %d\n", errno);
            continue;
        }
        printf("socket ok\n");
        opened++;
        close(fd);
    }

    freeaddrinfo(result);
    return opened > 0 ? 0 : 3;
}
{%- endif %}

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
