
{%- if mode.is_flat() %}

// Prints whether a call opened a socket, and returns the socket.
static {{ c.socket }} opened(const char *call, {{ c.socket }} s)
{
    if (s == {{ c.invalid }}) {
        printf("%s error %d\n", call, {{ c.error }});
        failures++;
    } else {
        printf("%s ok\n", call);
    }
    return s;
}
{%- endif %}
{%- if mode.checks() %}

// Prints what a call returned, or its error. Returns whether it succeeded.
static int check(const char *call, {{ c.number }} result)
{
    if (result == {{ c.failed }}) {
        printf("%s error %d\n", call, {{ c.error }});
    {%- if mode.is_flat() %}
        failures++;
    {%- endif %}
        return 0;
    }
    printf("%s {{ c.format }}\n", call, result);
    return 1;
}
{%- endif %}