"""Members: at their own organization, and as guests of another one of the same instance."""

from harness import story

MEMBER = "member@contoso.example"


@story
def member_of_another_tenant(stage):
    """A member of Contoso is a guest at Northwind and signs in at Contoso, with no account made anywhere."""
    demo, guest = stage.demo, stage.guest()
    url = demo.desk("/northwind.example/")
    guest.opens(url).sees_heading("Sign in to Northwind").types("E-mail address", MEMBER).presses("Continue")
    guest.sees_heading("Sign in at Contoso").sees(MEMBER).types("Password", "demo").presses("Sign in")
    guest.sees_heading("Review permissions").sees("Northwind").presses("Accept")
    guest.is_at(url).sees("Tickets of Northwind", MEMBER)
    assert demo.guest(MEMBER, "northwind.example")["source"].startswith("External directory (contoso.example"), "source"


@story
def member_at_home(stage):
    """A member signs in at the own organization and is asked for no consent of guests."""
    demo, guest = stage.demo, stage.guest()
    guest.opens(demo.broker("/contoso.example")).types("E-mail address", MEMBER).presses("Continue")
    guest.expects(400, 422).types("Password", "omed").presses("Sign in").sees("The address and password do not match.")
    guest.types("Password", "demo").presses("Sign in")
    guest.sees_heading("Your apps at Contoso").sees(MEMBER)
