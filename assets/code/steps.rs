
    match steps({% if body.asks %}&list{% endif %}) {
        Ok(()) => ExitCode::SUCCESS,
        Err(status) => ExitCode::from(status),
    }
}

/// The calls{% if body.asks %} after getaddrinfo{% endif %}{% if body.ladder.is_some() %}. A failed one is the last{% endif %}.
fn steps({% if body.asks %}{% if body.entries.is_empty() %}_{% endif %}list: &List{% endif %}) -> Result<(), u8> {
{%- for number in body.entries %}
    let Some(entry{{ number }}) = list.entries().{% if *number == 1 %}next(){% else %}nth({{ number - 1 }}){% endif %} else {
        eprintln!("This list has no entry {{ number }}.");
        return Err(3);
    };
{%- endfor %}
{%- if body.buffer > 0 %}
    let mut recvbuf = vec![MaybeUninit::uninit(); {{ body.buffer }}];
{%- endif %}
{%- if body.ladder.is_none() && mode.checks() %}
    let mut passed = true;
{%- endif %}
{%- for step in body.steps %}
{%- if !loop.first || body.asks || body.buffer > 0 || mode.checks() %}
{% endif %}
{%- for remark in step.remarks %}
    // {{ remark }}
{%- endfor %}
{%- match step.address() %}
{%- when Some(Address::V4(address)) %}
    let address{{ step.number }}: SocketAddr = "{{ address }}".parse().or(Err(6))?;
{%- when Some(Address::V6(address)) %}
    let address{{ step.number }}: SocketAddr = "{{ address }}".parse().or(Err(6))?;
{%- when Some(Address::Bytes(bytes)) %}
    let sockaddr{{ step.number }} = {{ constants.byte_string(bytes) }};
{%- else %}
{%- endmatch %}
{%- if let Some(data) = step.data() %}
    let {{ mode.sendbuf(step) }} = {{ data.byte_string() }};
{%- endif %}
{%- match step.call %}
{%- when Action::Absent %}
{%- when Action::Socket with {entry, arguments, succeeds} %}
    {%- if *entry > 0 %}
    print_entry(entry{{ entry }});
    {%- else %}
    let {{ step.socket }} = Socket::new_raw(
        Domain::from({{ arguments[0] }}),
        Type::from({{ arguments[1] }}),
        Some(Protocol::from({{ arguments[2] }})),
    );
    {%- endif %}
    {{ step.sign(selected) }}{% if !succeeds && body.ladder.is_none() %}passed &= {% else %}let {{ step.socket }} = {% endif -%}
    opened("{{ step.label }}", {% if *entry > 0 %}socket(entry{{ entry }}){% else %}{{ step.socket }}{% endif %})
    {%- if *succeeds %}?{% else %}.is_ok(){% endif %};
{%- when Action::Accept with (new) %}
    {{ step.sign(selected) }}let accepted = {{ step.socket }}.accept_raw().map(|(socket, _)| socket);
    {% if new.is_empty() %}passed &= opened("{{ step.label }}", accepted).is_ok();
    {%- else %}let {{ new }} = opened("{{ step.label }}", accepted).or(Err(6))?;{% endif %}
{%- when Action::Close %}
    {{ step.sign(selected) }}drop({{ step.socket }});
    println!("{{ step.label }} 0");
{%- when Action::Recvfrom with (length) %}
    {{ step.sign(selected) }}let received = {{ step.socket }}.recv_from(&mut recvbuf{% if *length < body.buffer %}[..{{ length }}]{% endif %});
    {%- if mode.answers(step) %}
    let mut peer{{ step.number }} = None;
    let received = received.map(|(length, address)| {
        peer{{ step.number }} = Some(address);
        length
    });
    {%- else %}
    let received = received.map(|(length, _)| length);
    {%- endif %}
    {% if body.ladder.is_none() %}passed &= check("{{ step.label }}", received);{% else %}check("{{ step.label }}", received)?;{% endif %}
    {%- if mode.answers(step) %}
    let peer{{ step.number }} = peer{{ step.number }}.ok_or(6)?;
    {%- endif %}
{%- else %}
    {{ step.sign(selected) }}{% if body.ladder.is_none() %}passed &= {% endif %}{% if step.is_unit() %}done{% else %}check{% endif %}("{{ step.label }}", {{ step.socket }}.
    {%- match step.call %}
    {%- when Action::Setsockopt with {option, value} %}{{ constants.rust_option(option, value) }}
    {%- when Action::Bind with (address) %}bind(&{{ address.rust(step) }})
    {%- when Action::Connect with (address) %}connect(&{{ address.rust(step) }})
    {%- when Action::Listen with (backlog) %}listen({{ backlog }})
    {%- when Action::Send with (_) %}send({{ mode.sendbuf(step) }})
    {%- when Action::Sendto with (_, address) %}send_to({{ mode.sendbuf(step) }}, &{{ address.rust(step) }})
    {%- when Action::Recv with (length) %}recv(&mut recvbuf{% if *length < body.buffer %}[..{{ length }}]{% endif %})
    {%- when Action::Shutdown with (how) %}shutdown(Shutdown::{% match how %}{% when How::Read %}Read{% when How::Write %}Write{% when How::Both %}Both{% endmatch %})
    {%- else %}
    {%- endmatch -%}
    ){% if body.ladder.is_some() %}?{% endif %};
{%- endmatch %}
{%- endfor %}
    {%- if body.ladder.is_none() && mode.checks() %}
{% for socket in body.open %}
    drop({{ socket }});
{%- endfor %}
    if passed { Ok(()) } else { Err(6) }
    {%- else %}
{% for socket in body.open %}
    drop({{ socket }});
{%- endfor %}
    Ok(())
    {%- endif %}
}