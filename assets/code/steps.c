
{%- if body.buffer > 0 %}
    static char recvbuf[{{ mode.length(body.buffer) }}];
{%- endif %}
{%- for number in body.entries %}{% if *number > 1 %}
    {{ addrinfo }} *entry{{ number }} = result;
    for (int i = 0; i < {{ number - 1 }} && entry{{ number }} != NULL; i++)
        entry{{ number }} = entry{{ number }}->ai_next;
    if (entry{{ number }} == NULL) {
        fprintf(stderr, "This list has no entry {{ number }}.\n");
        {{ freeaddrinfo }}(result);
    {%- if c.winsock %}
        WSACleanup();
    {%- endif %}
        return 3;
    }
{%- endif %}{% endfor %}
{%- if body.ladder.is_some() && !c.winsock && mode.returns_numbers() %}
    {{ c.number }} {{ c.result }};
{%- endif %}
{%- for step in body.steps %}
{%- if !loop.first || body.asks || c.winsock %}
{% endif %}
{%- for remark in step.remarks %}
    // {{ remark }}
{%- endfor %}
{%- include "address.c" %}
{%- if let Action::Setsockopt{value, ..} = step.call %}
    {{ c.option_type(value) }} option{{ step.number }} = {{ value }};
{%- endif %}
{%- if let Some(data) = step.data() %}
    static const char {{ mode.sendbuf(step) }}[] = {{ data.c() }};
{%- endif %}
{%- if mode.answers(step) %}
    struct sockaddr_storage peer{{ step.number }};
    socklen_t peer{{ step.number }}len = sizeof peer{{ step.number }};
{%- endif %}
{%- if let Action::Socket{entry, ..} = step.call %}{% if *entry > 0 %}
    print_entry({{ mode.entry(entry) }});
{%- endif %}{% endif %}
{%- if body.ladder.is_none() %}
    {%- match step.call %}
    {%- when Action::Absent %}
    {%- when Action::Socket with {succeeds, ..} %}
    {% if *succeeds %}{{ c.socket }} {{ step.socket }} = {% endif %}opened("{{ step.label }}", {% include "call.c" %});
    {%- when Action::Accept with (new) %}
    {% if !new.is_empty() %}{{ c.socket }} {{ new }} = {% endif %}opened("{{ step.label }}", {% include "call.c" %});
    {%- else %}
    check("{{ step.label }}", {% include "call.c" %});
    {%- endmatch %}
{%- else %}
    {%- match step.call %}
    {%- when Action::Absent %}
    {%- when Action::Socket with {..} %}
    {%- if c.winsock %}
    // A SOCKET is unsigned: it is never less than 0.
    {%- endif %}
    {{ c.socket }} {{ step.socket }} = {% include "call.c" %};
    if ({{ step.socket }} == {{ c.invalid }}) {
        printf("{{ step.label }} error %d\n", {{ c.error }});
        {%- include "cleanup.c" %}
        return 3;
    }
    printf("{{ step.label }} ok\n");
    {%- when Action::Accept with (new) %}
    {{ c.socket }} {{ new }} = {% include "call.c" %};
    if ({{ new }} == {{ c.invalid }}) {
        printf("{{ step.label }} error %d\n", {{ c.error }});
        {%- include "cleanup.c" %}
        return 6;
    }
    printf("{{ step.label }} ok\n");
    {%- else %}
    {{ c.result }} = {% include "call.c" %};
    if ({{ c.result }} == {{ c.failed }}) {
        printf("{{ step.label }} error %d\n", {{ c.error }});
        {%- include "cleanup.c" %}
        return 6;
    }
    printf("{{ step.label }} {{ c.format }}\n", {{ c.result }});
    {%- endmatch %}
    {%- if step.frees %}
    {{ freeaddrinfo }}(result); // The addresses are no longer needed.
    {%- endif %}
{%- endif %}
{%- endfor %}
{% for socket in body.open %}
    {{ c.close }}({{ socket }});
{%- endfor %}
{%- if body.asks && (body.ladder.is_none() || body.entries.is_empty()) %}
    {{ freeaddrinfo }}(result);
{%- endif %}
{%- if c.winsock %}
    WSACleanup();
{%- endif %}
    return {% if body.ladder.is_none() %}failures > 0 ? 6 : 0{% else %}0{% endif %};