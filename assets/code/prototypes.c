{%- if mode.prints_entries() %}
static void print_entry(const {{ addrinfo }} *{{ c.entry }});
{%- endif %}
{%- if mode.is_flat() %}
static {{ c.socket }} opened(const char *call, {{ c.socket }} s);
{%- endif %}
{%- if mode.checks() %}
static int check(const char *call, {{ c.number }} result);
{%- endif %}
{%- if mode.is_flat() %}

static int failures = 0;
{%- endif %}