{% include "head.txt" %}
// Build:  cl sockets.c
// or:     gcc -Wall -Wextra -o sockets.exe sockets.c -lws2_32  (mingw-w64)

#include <winsock2.h>
#include <ws2tcpip.h>
#include <stdio.h>

#ifdef _MSC_VER
#pragma comment(lib, "Ws2_32.lib")
#endif
{%- if port == "DEFAULT_PORT" %}

#define DEFAULT_PORT {{ service.c() }}
{%- endif %}
{%- if let Some(length) = mode.default_length() %}
#define DEFAULT_BUFLEN {{ length }}
{%- endif %}
{%- if mode.has_prototypes() %}
{% include "prototypes.c" %}
{%- endif %}

int main(void)
{
    // Winsock must be started before any other call; 2.2 is its newest version.
    WSADATA wsaData;
    int iResult;
    iResult = WSAStartup(MAKEWORD(2, 2), &wsaData);
    if (iResult != 0) {
        fprintf(stderr, "WSAStartup: error %d\n", iResult);
        return 1;
    }

{%- if mode.asks() %}

    {{ addrinfo }} *result = NULL;
{%- if !null_hints %}
    {{ addrinfo }} hints;

    // Members that are not set must be zero.
    ZeroMemory(&hints, sizeof (hints));
    {%- for remark in hints.remarks %}
    // {{ remark }}
    {%- endfor %}
    hints.ai_family = {{ hints.family }};
    hints.ai_socktype = {{ hints.socktype }};
    hints.ai_protocol = {{ hints.protocol }};
    hints.ai_flags = {{ hints.flag_lines(54, 8) }};
{%- endif %}
{% if node.is_long() %}
    static const {{ node.unit() }} node[] = {{ node.c() }};
{%- endif %}
{%- if service.is_array() %}
    static const {{ service.unit() }} service[] = {{ service.c() }};
{%- endif %}
{%- if !wide && !(node.is_ascii() && service.is_ascii()) %}
    // Not UTF-8: Windows reads these bytes in the code page of the machine.
{%- endif %}
{%- if wide %}
    // Text that is not ASCII goes to GetAddrInfoW in UTF-16.
{%- endif %}
    iResult = {{ getaddrinfo }}({{ node.c_argument("node") }}, {{ port }}, {% if null_hints %}NULL{% else %}&hints{% endif %}, &result);
    printf("getaddrinfo %d\n", iResult);
    if (iResult != 0) {
        WSACleanup();
        return 1;
    }
{% endif %}
{%- match mode %}{% when Mode::Entry with (number) %}
    {%- if *number > 1 %}
    {{ addrinfo }} *ptr = result;
    for (int i = 0; i < {{ number - 1 }} && ptr != NULL; i++)
        ptr = ptr->ai_next;
    if (ptr == NULL) {
        fprintf(stderr, "This list has no entry {{ number }}.\n");
        {{ freeaddrinfo }}(result);
        WSACleanup();
        return 3;
    }
    {%- endif %}
    print_entry({{ pointer }});

    // A SOCKET is unsigned: it is never less than 0.
    SOCKET {{ socket }} = INVALID_SOCKET;
    {{ socket }} =
        socket({{ pointer }}->ai_family, {{ pointer }}->ai_socktype, {{ pointer }}->ai_protocol);
    if ({{ socket }} == INVALID_SOCKET) {
        printf("socket error %d\n", WSAGetLastError());
        {{ freeaddrinfo }}(result);
        WSACleanup();
        return 3;
    }
    printf("socket ok\n");

    {{ freeaddrinfo }}(result);
    closesocket({{ socket }});
    WSACleanup();
    return 0;
}
{%- when Mode::Every with (each) %}
    // A SOCKET is unsigned: it is never less than 0.
    SOCKET {{ socket }} = INVALID_SOCKET;
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
    for ({{ addrinfo }} *ptr = result; ptr != NULL; ptr = ptr->ai_next) {
{%- if each.mixed %}
        streams += ptr->ai_socktype == SOCK_STREAM;
{%- endif %}
        print_entry(ptr);
        {{ socket }} =
            socket(ptr->ai_family, ptr->ai_socktype, ptr->ai_protocol);
        if ({{ socket }} == INVALID_SOCKET) {
            printf("socket error %d\n", WSAGetLastError());
            continue;
        }
        printf("socket ok\n");
        opened++;
{%- include "each.c" %}
{%- if !each.keep %}
        closesocket({{ socket }});
{%- endif %}
    }
{% if each.keep %}
    // The sockets are still open; WSACleanup closes them.
{%- endif %}
    {{ freeaddrinfo }}(result);
    WSACleanup();
    return {{ mode.verdict() }};
}
{%- when Mode::Steps with (body) %}{% include "steps.c" %}
}
{%- endmatch %}
{%- include "check.c" %}
{%- if mode.prints_entries() %}

// Prints the numbers, and address and port; "- -" unless the family is IP.
static void print_entry(const {{ addrinfo }} *ptr)
{
    char address[NI_MAXHOST], port[NI_MAXSERV];
    if (getnameinfo(ptr->ai_addr, (socklen_t)ptr->ai_addrlen,
                    address, sizeof address, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
        snprintf(address, sizeof address, "-");
        snprintf(port, sizeof port, "-");
    }
    printf("entry %d %d %d %s %s ", ptr->ai_family, ptr->ai_socktype,
           ptr->ai_protocol, address, port);
}
{%- endif %}
