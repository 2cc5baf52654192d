"""The dashboard in Streamlit: ``streamlit run in_streamlit.py``."""

import drawing
import questions
import streamlit as st

st.set_page_config(page_title="The district at a glance", layout="wide")


@st.cache_data
def offered():
    return questions.choices()


st.title("The district at a glance")
places = st.columns(5)
year = places[0].selectbox("School year", offered()["years"])
schools = places[1].multiselect("School", offered()["schools"])
grades = places[2].multiselect("Grade", offered()["grades"])
subjects = places[3].multiselect("Subject", offered()["subjects"])
group = places[4].selectbox("Compare groups by", ["(none)", *offered()["groups"]])
chosen = {
    "year": year,
    "schools": schools,
    "grades": grades,
    "subjects": subjects,
    "group": "" if group == "(none)" else group,
}
figures = drawing.all_figures(chosen)
st.html(
    f"<p>Showing {year}, {len(schools) or 'all'} schools, {', '.join(grades) or 'all'} grades, {group}.</p>"
)
for place, figure in enumerate(figures):
    st.plotly_chart(figure, key=f"figure {place}")
