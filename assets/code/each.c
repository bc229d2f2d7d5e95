
{%- if !each.is_empty() %}
        if ({% for step in each.calls %}{% match step %}
{%- when Rung::Setsockopt with (option, value) %}
    {%- if *option == SocketOption::V6only %}({{ c.entry }}->ai_family != AF_INET6 || {% endif -%}
    check("setsockopt", setsockopt({{ c.variable }}, {{ option.level() }}, {{ option.name() }}, {{ c.pointer_cast }}&({{ c.option_type(value) }}){{ c.option_braces(value) }}, sizeof ({{ c.option_type(value) }})))
    {%- if *option == SocketOption::V6only %}){% endif %}
{%- when Rung::Bind %}check("bind", bind({{ c.variable }}, {{ c.entry }}->ai_addr, {{ c.length_cast }}{{ c.entry }}->ai_addrlen))
{%- when Rung::Listen with (backlog) %}(({{ c.entry }}->ai_socktype != SOCK_STREAM && {{ c.entry }}->ai_socktype != SOCK_SEQPACKET)
                || check("listen", listen({{ c.variable }}, {{ constants.backlog(backlog) }})))
{%- when Rung::Connect %}check("connect", connect({{ c.variable }}, {{ c.entry }}->ai_addr, {{ c.length_cast }}{{ c.entry }}->ai_addrlen))
{%- endmatch %}{% if !loop.last %}
            && {% endif %}{% endfor %})
            passed{% if each.mixed %}[{{ c.entry }}->ai_socktype == SOCK_STREAM]{% endif %}++;
{%- endif %}