
{%- if step.list %}
        {{ freeaddrinfo }}(result);
{%- endif %}
{%- for socket in step.open %}
        {{ c.close }}({{ socket }});
{%- endfor %}
{%- if c.winsock %}
        WSACleanup();
{%- endif %}