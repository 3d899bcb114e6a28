# Reads a page and prints the form that holds the button called `wanted`: its action, then name=value of each field.
# A button whose words merely begin so is taken if none is called exactly so (buttons may carry a line of explanation).

function decoded(text) {
    gsub(/&#38;#?/, "\\&", text); gsub(/&quot;|&#34;|&#x22;/, "\"", text); gsub(/&#39;|&#x27;/, "'", text)
    gsub(/&lt;|&#60;/, "<", text); gsub(/&gt;|&#62;/, ">", text); gsub(/&amp;/, "\\&", text)
    return text
}
function attribute(tag, name,    rest) {
    if (!match(tag, "[ \n]" name "=\"[^\"]*\"")) return ""
    rest = substr(tag, RSTART, RLENGTH)
    sub(/^[^"]*"/, "", rest); sub(/"$/, "", rest)
    return decoded(rest)
}
function squeezed(text) { gsub(/[ \t\r\n]+/, " ", text); sub(/^ /, "", text); sub(/ $/, "", text); return text }

BEGIN { RS = "<" }
{
    end = index($0, ">"); tag = " " substr($0, 1, end - 1); text = substr($0, end + 1)
    kind = tolower(tag); sub(/^ /, "", kind); sub(/[ \t\r\n\/].*$/, "", kind) ; if (tag ~ /^ \//) kind = "/" substr(tolower(tag), 3)
    sub(/[ \t\r\n].*$/, "", kind)
}
kind == "form" { inside = 1; forms++; action[forms] = attribute(tag, "action"); fields[forms] = "" }
kind == "/form" { inside = 0 }
inside && kind == "input" && attribute(tag, "name") != "" && tag !~ /type="checkbox"/ {
    fields[forms] = fields[forms] attribute(tag, "name") "=" attribute(tag, "value") "\n"
}
inside && kind == "button" { open = 1; words = ""; own = attribute(tag, "name") == "" ? "" : attribute(tag, "name") "=" attribute(tag, "value") "\n" }
open { words = words " " text }
kind == "/button" && open {
    open = 0; words = squeezed(decoded(words))
    if (words == wanted && !exact) { exact = 1; found = forms; chosen = own }
    else if (index(words, wanted) == 1 && !found) { found = forms; chosen = own }
}
END {
    if (!found) exit 1
    printf "%s\n%s%s", action[found], fields[found], chosen
}
