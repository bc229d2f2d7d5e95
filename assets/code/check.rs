
{%- if let Mode::Every(each) = mode %}{% if !each.is_empty() %}

/// The calls after socket(). A failed one is the last.
fn calls(socket: &Socket, entry: &{{ addrinfo }}) -> Result<(), u8> {
{%- for step in each.calls %}
    {%- match step %}
    {%- when Rung::Setsockopt with (option, value) %}
    {%- if *option == SocketOption::V6only %}
    if Domain::from(entry.ai_family) == Domain::IPV6 {
        done("setsockopt", socket.{{ constants.rust_option(option, value) }})?;
    }
    {%- else %}
    done("setsockopt", socket.{{ constants.rust_option(option, value) }})?;
    {%- endif %}
    {%- when Rung::Bind %}
    done("bind", socket.bind(&address(entry)))?;
    {%- when Rung::Listen with (backlog) %}
    let socktype = entry.ai_socktype;
    if [{{ constants.constant(Hint::Socktype, "SOCK_STREAM") }}, {{ constants.constant(Hint::Socktype, "SOCK_SEQPACKET") }}].contains(&socktype) {
        done("listen", socket.listen({{ constants.backlog(backlog) }}))?;
    }
    {%- when Rung::Connect %}
    done("connect", socket.connect(&address(entry)))?;
    {%- endmatch %}
{%- endfor %}
    Ok(())
}
{%- endif %}{% endif %}
{%- if mode.is_steps() %}

/// Prints whether a call opened a socket.
fn opened(call: &str, result: io::Result<Socket>) -> Result<Socket, u8> {
    match &result {
        Ok(_) => println!("{call} ok"),
        Err(error) => println!("{call} error {}", error.raw_os_error().unwrap_or(0)),
    }
    result.or(Err({% if mode.is_flat() %}6{% else %}3{% endif %}))
}
{%- endif %}
{%- if mode.has_units() %}

/// Prints 0, or the error of a call that returns nothing else.
fn done(call: &str, result: io::Result<()>) -> {{ mode.rust_result() }} {
    {% if mode.has_numbers() %}check(call, result.map(|()| 0)){% else -%}
    match &result {
        Ok(()) => println!("{call} 0"),
        Err(error) => println!("{call} error {}", error.raw_os_error().unwrap_or(0)),
    }
    result.{% if mode.is_flat() %}is_ok(){% else %}or(Err(6)){% endif %}
    {%- endif %}
}
{%- endif %}
{%- if mode.has_numbers() %}

/// Prints the number that a call returned, or its error.
fn check(call: &str, result: io::Result<usize>) -> {{ mode.rust_result() }} {
    match &result {
        Ok(number) => println!("{call} {number}"),
        Err(error) => println!("{call} error {}", error.raw_os_error().unwrap_or(0)),
    }
    result.{% if mode.is_flat() %}is_ok(){% else %}map(drop).or(Err(6)){% endif %}
}
{%- endif %}